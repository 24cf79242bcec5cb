import type { Key } from "../values/key.js";
import type { StoreRecord } from "../values/record.js";
import type { AdapterTable } from "./adapter-table.js";
import type { Mode, Result } from "./mode.js";

/** What only some adapters have, and core can't make up for. */
export type Inherent = "snapshot" | "expire" | "expiresAt";

/** An adapter's table with nothing left out. */
export interface CompleteTable<M extends Mode>
  extends Required<Omit<AdapterTable<M>, Inherent | "append">>,
    Pick<AdapterTable<M>, Inherent> {
  /** The adapter's own table, as a batch names it. */
  readonly given: AdapterTable<M>;
  append(record: AppendedRecord): Result<M, Key>;
  /** Called when a batch writes the table, with what it is waited for by. */
  batched(done: unknown): unknown;
  /** Returns when the writes that were called before it are done. */
  settled(): Result<M, void>;
}

/** What `append` adds. */
export interface AppendedRecord {
  readonly prefix: readonly Key[] | null;
  readonly elements: readonly unknown[];
  readonly expiresAt: number | undefined;
  /** What to store for the record that it comes to, where that isn't the record itself. */
  readonly revise: ((record: StoreRecord) => StoreRecord) | undefined;
}
