import { Refusal } from "../errors/errors.js";
import type { AdapterTable } from "./adapter-table.js";
import type { CompleteTable } from "./complete-table.js";
import type { Mode } from "./mode.js";
import { OPTIONAL, REQUIRED, WRITES } from "./table-check.js";

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

/** The table of an async adapter, its methods asking the gate when they are called, its writes waited for by `settled`. */
export function guarded<M extends Mode>(
  table: CompleteTable<M>,
  gate: TableGate,
): CompleteTable<M> {
  const methods: Record<string, unknown> = { ...table };
  const writes = new Set<Promise<unknown>>();
  for (const [name, method] of Object.entries(methods)) {
    if (typeof method !== "function" || name === "close") continue;
    const isWrite = WRITE_NAMES.has(name);
    methods[name] = (...args: unknown[]): unknown => {
      gate.check();
      const result: unknown = method(...args);
      if (isWrite) follow(result as Promise<unknown>);
      return result;
    };
  }
  methods.settled = async () => {
    await Promise.all([...writes]);
  };
  return methods as unknown as CompleteTable<M>;

  function follow(write: Promise<unknown>): void {
    const followed = write.then(end, end);
    writes.add(followed);
    function end(): void {
      writes.delete(followed);
    }
  }
}

const WRITE_NAMES: ReadonlySet<string> = new Set([...WRITES, "batched"]);
