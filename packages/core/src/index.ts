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
} from "./adapter/adapter.js";
export type { Mode, Result, ResultIterator } from "./adapter/mode.js";
export { STORE_ERROR_CODES, StoreError, type StoreErrorCode } from "./errors/errors.js";
export type { MigratedTable, MigrationOptions, MigrationProgress } from "./migration/migration.js";
export type { Pattern } from "./queries/pattern.js";
export type { Range } from "./queries/range.js";
export type { DomainConfig } from "./store/domain-registry.js";
export {
  type AdapterFor,
  createStore,
  type DomainInput,
  type ModeFor,
  type Store,
} from "./store/store.js";
export type { Table, TableInfo } from "./table/table.js";
export type { CounterOp, CounterStep, CounterValue, Integer } from "./values/counter.js";
export type { Key } from "./values/key.js";
export type { ElementAt, KeyOf, StoreRecord } from "./values/record.js";
export { _, type Wildcard } from "./values/wildcard.js";
