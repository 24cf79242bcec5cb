import type { Adapter } from "../adapter/adapter.js";
import type { BatchOperation } from "../adapter/adapter-batch.js";
import type { TableType } from "../adapter/adapter-table.js";
import type { CompleteTable } from "../adapter/complete-table.js";
import type { Mode, Result } from "../adapter/mode.js";
import type { Runner } from "../adapter/steps.js";
import { Refusal } from "../errors/errors.js";
import type { Isolation } from "../values/isolation.js";
import { type Caller, type CallSite, callerOf } from "./call.js";
import type { Intake } from "./schema.js";

/** What batches, and whoever asks for a table's origin, know of its backend. */
export interface BatchBackend {
  /** The store that it belongs to. */
  readonly store: object;
  readonly adapter: Adapter;
  /** Whether its adapter has batches. */
  readonly hasBatches: boolean;
  /** Does the operations, all or none; what each comes to, or undefined if a condition doesn't hold. */
  transact(
    operations: readonly BatchOperation<Mode>[],
  ): Result<Mode, readonly unknown[] | undefined>;
}

/** What a handle is made for. */
export interface TableContext<M extends Mode> extends CallSite {
  readonly name: string;
  readonly domain: string;
  /** The adapter's name. */
  readonly adapter: string;
  readonly backend: BatchBackend;
  /** The adapter's table, completed. */
  readonly methods: CompleteTable<Mode>;
  /** Goes through the adapter's methods: in the adapter's mode, which may be sync in an async store. */
  readonly runner: Runner<Mode>;
  readonly isolation: Isolation;
  readonly intake: Intake;
  /** How long a record lives (ms) that is written without a moment; undefined: for ever. */
  readonly expireAfter: number | undefined;
  /** The mode of the store. */
  readonly mode: M;
  close(): Result<Mode, void>;
}

/** What the operations of a handle share. */
export interface Operations<M extends Mode> extends TableContext<M> {
  /** Whether there is an order of keys. */
  readonly ordered: boolean;
  /** Whether a key has one record at most. */
  readonly unique: boolean;
  readonly call: Caller<M>;
}

export function operationsOf<M extends Mode>(context: TableContext<M>): Operations<M> {
  const { type } = context.methods;
  return {
    ...context,
    ordered: type === "ordered_set",
    unique: isUnique(type),
    call: callerOf(context, context.mode),
  };
}

/** Whether a key has one record at most. */
export function isUnique(type: TableType): boolean {
  return type === "set" || type === "ordered_set";
}

/** Refuses operations that need one record a key at most. */
export function checkUnique(type: TableType): void {
  if (isUnique(type)) return;
  throw new Refusal("STORE_NOT_SUPPORTED", `a ${type} may hold many records of a key`);
}

/** Refuses an operation that needs an order of keys. */
export function checkOrdered(type: TableType, operation: string): void {
  if (type === "ordered_set") return;
  throw new Refusal("STORE_NOT_SUPPORTED", `${operation} needs an ordered_set, not a ${type}`);
}
