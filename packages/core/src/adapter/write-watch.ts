import type { CompleteTable } from "./complete-table.js";
import type { Mode } from "./mode.js";
import { WRITES } from "./table-check.js";

const WATCHED = [...WRITES, "batched"] as const;

/**
 * Calls `onWrite` when a write of the table begins, until the function that it returns is called. The methods are
 * exchanged for that time only: a table that nobody watches pays nothing.
 */
export function watchWrites(table: CompleteTable<Mode>, onWrite: () => void): () => void {
  const unwatched = { ...table };
  for (const name of WATCHED) {
    const method = table[name] as ((...args: unknown[]) => unknown) | undefined;
    if (method === undefined) continue;
    const watched = (...args: unknown[]): unknown => {
      onWrite();
      return method(...args);
    };
    Object.assign(table, { [name]: watched });
  }
  return () => void Object.assign(table, unwatched);
}
