import type { CompleteTable } from "../adapter/complete-table.js";
import type { Mode } from "../adapter/mode.js";
import type { StoreRecord } from "../values/record.js";
import type { BatchBackend } from "./table-context.js";
import { contextOf } from "./table-handle.js";

/**
 * What stands behind a table's handle: for packages that hand tables on to other threads or processes, whose own core has
 * checked the arguments. Everybody else has the handle.
 */
export interface TableAccess {
  /** Whether {@link methods} return promises: the adapter's mode. */
  readonly mode: Mode;
  /** The adapter's table, completed. It takes exact arguments, and refuses all once the table is closed. */
  readonly methods: CompleteTable<Mode>;
  /** Refuses when the table is closed: a batch asks before it begins. */
  readonly checkOpen: () => void;
  /** Where its batches are done: one object for all tables that a batch may change together. */
  readonly backend: BatchBackend;
  /** The record to store for one from outside: checked, by the handle's schema, too, and copied. */
  readonly own: (record: unknown) => StoreRecord;
  /** The record to compare with what is stored, or the default of a counter: checked and copied. */
  readonly copy: (record: unknown) => StoreRecord;
  /** What the handle's schema makes of a record that an operation computed; undefined: the record itself. */
  readonly revise: ((record: StoreRecord) => StoreRecord) | undefined;
}

/** The access to a table of this copy of core; undefined for what is no handle of it. */
export function accessTable(table: unknown): TableAccess | undefined {
  const context = contextOf(table);
  if (context === undefined) return undefined;
  const { runner, methods, backend, intake, isolation } = context;
  return {
    mode: runner.mode,
    methods,
    checkOpen: () => context.checkOpen(),
    backend,
    own: intake.own,
    copy: isolation.own,
    revise: intake.revise,
  };
}
