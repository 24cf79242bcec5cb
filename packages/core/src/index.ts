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
export type {
  AsyncStoreIterator,
  Mode,
  Result,
  ResultIterator,
  StoreIterator,
} from "./adapter/mode.js";
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
export type {
  CounterOp,
  CounterPosition,
  CounterStep,
  CounterValue,
  Integer,
} from "./values/counter.js";
export type { Key } from "./values/key.js";
export { mutable } from "./values/mutable.js";
export type { DeepMutable, DeepReadonly } from "./values/readonly.js";
export type {
  ElementAt,
  ElementInput,
  KeyInput,
  KeyOf,
  Position,
  ReadRecord,
  RecordInput,
  StoreRecord,
} from "./values/record.js";
export { _, type Wildcard } from "./values/wildcard.js";
