import type { TableType } from "../adapter/adapter-table.js";
import type { CompleteTable } from "../adapter/complete-table.js";
import type { Mode, Result } from "../adapter/mode.js";
import { TableGate } from "../adapter/table-gate.js";
import { Refusal } from "../errors/errors.js";
import type { StandardSchema } from "../table/schema.js";
import type { Table } from "../table/table.js";
import type { StoreRecord } from "../values/record.js";

/** How a table is opened. */
export interface TableSettings {
  /** Undefined: what the table is, or a set. */
  readonly type: TableType | undefined;
  readonly schema: StandardSchema | undefined;
  /** Milliseconds. */
  readonly expireAfter: number | undefined;
}

/** Settings that say nothing. */
export const NO_SETTINGS: TableSettings = {
  type: undefined,
  schema: undefined,
  expireAfter: undefined,
};

/** A table from the moment that it is asked for until it is closed. */
export interface TableSlot<M extends Mode> {
  readonly domain: string;
  readonly name: string;
  readonly settings: TableSettings;
  /** Open from when the table is there until its `close`, or that of the store, begins. */
  readonly gate: TableGate;
  /** The adapter's table, once it is there. */
  methods: CompleteTable<Mode> | undefined;
  /** Undefined while a sync adapter opens it. */
  handle: Result<M, Table<StoreRecord, M>> | undefined;
  /** The table's `close` was called. */
  isClosing: boolean;
  /** The closing of the table, or its removal. */
  closing: Result<M, unknown> | undefined;
}

export function newSlot<M extends Mode>(
  domain: string,
  name: string,
  settings: TableSettings,
): TableSlot<M> {
  return {
    domain,
    name,
    settings,
    gate: new TableGate(),
    methods: undefined,
    handle: undefined,
    isClosing: false,
    closing: undefined,
  };
}

/**
 * Whether what asks was called by the adapter while it opens the table, in a sync store, where there is nothing to wait
 * for: in an async one the handle, a promise, is there at once.
 */
export function isOpening({ handle, closing }: TableSlot<Mode>): boolean {
  return handle === undefined && closing === undefined;
}

/** Refuses what was called by the adapter while it closes the table, where there is nothing to wait for. */
export function checkClosed({ isClosing, closing }: TableSlot<Mode>): void {
  if (!isClosing || closing !== undefined) return;
  throw new Refusal("STORE_INVALID_OPERATION", "the table is being closed, by what calls this");
}

/** Different for each domain and name. */
export function slotKey(domain: string, name: string): string {
  return `${domain.length}:${domain}${name}`;
}

/** Refuses to hand out a table that is open with other settings. What isn't given may be anything. */
export function checkSettings(open: TableSettings, type: TableType, wanted: TableSettings): void {
  checkType(type, wanted.type);
  for (const name of ["schema", "expireAfter"] as const) {
    if (wanted[name] === undefined || wanted[name] === open[name]) continue;
    const has = open[name] === undefined ? `no ${name}` : `another ${name}`;
    throw new Refusal("STORE_INVALID_OPERATION", `the table is open with ${has}`);
  }
}

/** Refuses a table of another type than the one asked for. */
export function checkType(type: TableType, wanted: TableType | undefined): void {
  if (wanted === undefined || wanted === type) return;
  throw new Refusal("STORE_TABLE_TYPE_MISMATCH", `the table is of type ${type}, not ${wanted}`);
}
