import { Refusal } from "../errors/errors.js";
import type { AdapterTable } from "./adapter-table.js";
import type { Mode } from "./mode.js";
import { OPTIONAL, REQUIRED } from "./table-check.js";

/** Whether calls of a table go through: from when it is open until its `close`, or the store's, begins. */
export class TableGate {
  isOpen = false;

  check(): void {
    if (!this.isOpen) throw new Refusal("STORE_TABLE_CLOSED", "the table is closed");
  }
}

/**
 * An async adapter's table, refusing methods from `close` on: a call of several steps that began before may have some
 * left, while those that wait in the queue were called before, and are still done.
 */
export function untilClosed<M extends Mode>(table: AdapterTable<M>): AdapterTable<M> {
  let isOpen = true;
  const methods: Partial<Record<keyof AdapterTable, unknown>> = {
    type: table.type,
    freshRecords: table.freshRecords,
  };
  for (const name of [...REQUIRED, ...OPTIONAL]) {
    const method: unknown = table[name];
    if (typeof method !== "function") continue;
    methods[name] = (...args: unknown[]): unknown => {
      if (!isOpen) throw new Refusal("STORE_TABLE_CLOSED", "the table was closed meanwhile");
      if (name === "close") isOpen = false;
      return Reflect.apply(method, table, args);
    };
  }
  return methods as unknown as AdapterTable<M>;
}
