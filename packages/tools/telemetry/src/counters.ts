import { TABLE_OPERATIONS, type TableOperation } from "./operation.js";

/** How often each operation of a table was called since it was opened, and how often one failed. */
export class Counters {
  readonly calls = Object.fromEntries(
    TABLE_OPERATIONS.map((operation) => [operation, 0]),
  ) as Record<TableOperation, number>;
  errors = 0;

  /** What `info()` says: the operations that were called. */
  report(): { readonly calls: Readonly<Record<string, number>>; readonly errors: number } {
    const called = Object.entries(this.calls).filter(([, count]) => count > 0);
    return { calls: Object.fromEntries(called), errors: this.errors };
  }
}
