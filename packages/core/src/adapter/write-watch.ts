import type { CompleteTable } from "./complete-table.js";
import type { Mode } from "./mode.js";

const WRITES = [
  "insert",
  "insertMany",
  "insertNew",
  "take",
  "delete",
  "deleteMany",
  "deleteObjects",
  "deleteAllObjects",
  "update",
  "replace",
  "updateCounter",
  "append",
  "deleteRange",
  "matchDelete",
  "expire",
  "batched",
] as const;

/**
 * Calls `onWrite` when a write of the table begins, until the function that it returns is called. The methods are
 * exchanged for that time only: a table that nobody watches pays nothing.
 */
export function watchWrites(table: CompleteTable<Mode>, onWrite: () => void): () => void {
  const unwatched = { ...table };
  for (const name of WRITES) {
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
