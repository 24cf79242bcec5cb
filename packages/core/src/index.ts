export {
  type Adapter,
  type AdapterBackend,
  type AdapterTable,
  type Bound,
  type Capabilities,
  CONTRACT_VERSION,
  type OptionsOf,
  type RecordPattern,
  type Scan,
  type ScanRange,
  type TableType,
  type TableUsage,
  type Toolkit,
} from "./adapter.js";
export type { CounterOp, CounterStep, CounterValue, Integer } from "./counter.js";
export type { DomainConfig } from "./domain-registry.js";
export { STORE_ERROR_CODES, StoreError, type StoreErrorCode } from "./errors.js";
export type { Key } from "./key.js";
export type { MigratedTable, MigrationOptions, MigrationProgress } from "./migration.js";
export type { Mode, Result, ResultIterator } from "./mode.js";
export type { Pattern } from "./pattern.js";
export type { Range } from "./range.js";
export type { ElementAt, KeyOf, StoreRecord } from "./record.js";
export {
  type AdapterFor,
  createStore,
  type DomainInput,
  type ModeFor,
  type Store,
} from "./store.js";
export type { Table, TableInfo } from "./table.js";
export { _, type Wildcard } from "./wildcard.js";
