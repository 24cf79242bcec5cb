import { TABLE_OPERATIONS, type TableOperation } from "./operation.js";

const indexes: ReadonlyMap<TableOperation, number> = new Map(
  TABLE_OPERATIONS.map((operation, index) => [operation, index]),
);

/** Where an operation is counted. */
export function counterOf(operation: TableOperation): number {
  return indexes.get(operation) as number;
}

/** How often each operation of a table was called since it was opened, and how often one failed. */
export class Counters {
  /** By {@link counterOf}: an array counts faster than an object of so many names. */
  readonly calls = new Float64Array(TABLE_OPERATIONS.length);
  errors = 0;

  /** What `info()` says: the operations that were called. */
  report(): { readonly calls: Readonly<Record<string, number>>; readonly errors: number } {
    const counts = TABLE_OPERATIONS.map(
      (operation) => [operation, this.calls[counterOf(operation)] ?? 0] as const,
    );
    return {
      calls: Object.fromEntries(counts.filter(([, count]) => count > 0)),
      errors: this.errors,
    };
  }
}
