export type {
  Adapter,
  AdapterBackend,
  Capabilities,
  OptionsOf,
  TableEntry,
  Toolkit,
} from "./adapter/adapter.js";
export { CONTRACT_VERSION } from "./adapter/adapter.js";
export type {
  BatchOperation,
  BatchPlan,
  ElementChange,
  Revise,
  TableChange,
} from "./adapter/adapter-batch.js";
export type {
  AdapterTable,
  Bound,
  KeyRecords,
  Moments,
  RecordPattern,
  Scan,
  ScanRange,
  TableType,
  TableUsage,
} from "./adapter/adapter-table.js";
export type {
  AsyncStoreIterator,
  Mode,
  Result,
  ResultIterator,
  StoreIterator,
} from "./adapter/mode.js";
export type { Batch } from "./batch/batch.js";
export { STORE_ERROR_CODES, StoreError, type StoreErrorCode } from "./errors/errors.js";
export type {
  MigratedTable,
  MigrationOptions,
  MigrationProgress,
} from "./migration/domain-copy.js";
export type { Pattern } from "./queries/pattern.js";
export type { Range } from "./queries/range.js";
export { createStore, type StoreOptions } from "./store/create-store.js";
export type { DomainConfig } from "./store/domain-registry.js";
export type { AdapterFor, DomainInput, ModeFor, Store, TableOptions } from "./store/store.js";
export { accessStore, type StoreAccess } from "./store/store-access.js";
export { originOf, type TableOrigin } from "./store/table-origin.js";
export { toolkit } from "./store/toolkit.js";
export type {
  SchemaIssue,
  SchemaRecord,
  SchemaResult,
  StandardSchema,
} from "./table/schema.js";
export type {
  AppendPrefix,
  ElementsOf,
  Table,
  TableInfo,
  WriteOptions,
} from "./table/table.js";
export { accessTable, type TableAccess } from "./table/table-access.js";
export type {
  CounterOp,
  CounterPair,
  CounterPosition,
  CounterStep,
  CounterValue,
  Integer,
} from "./values/counter.js";
export type { Key } from "./values/key.js";
export { compareKeys } from "./values/key-order.js";
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
