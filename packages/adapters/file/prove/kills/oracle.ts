import { createStore, type Store, type StoreRecord, type Table, type TableType } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { live } from "../../test/programs/life.js";
import { sortedRecords, stateDigest } from "../../test/programs/state-digest.js";

/** Knows what is in a table after each step of its life: another one lives the same in memory. Goes forward only. */
export class Oracle {
  readonly #store: Store<"sync">;
  readonly #table: Table<StoreRecord>;
  readonly #digests: string[];

  constructor(type: TableType) {
    this.#store = createStore({ adapter: memoryAdapter });
    this.#table = this.#store.ensureTable("d", "t", { type });
    this.#digests = [stateDigest(this.#table)];
  }

  /** That of the state after so many steps: one that was asked for before, or a later one than all of those. */
  digestAfter(steps: number): string {
    const known = this.#digests[steps];
    if (known !== undefined) return known;
    for (let step = this.#step + 1; step <= steps; step++) live(this.#table, step);
    this.#step = steps;
    const digest = stateDigest(this.#table);
    this.#digests[steps] = digest;
    return digest;
  }

  #step = 0;

  /** What is in one of a table and the last state that was asked for, and not in the other: some of it, in short. */
  differences(table: Table<StoreRecord>): string {
    const actual = sortedRecords(table).map(brief);
    const expected = sortedRecords(this.#table).map(brief);
    const missing = expected.filter((record) => !actual.includes(record));
    const surplus = actual.filter((record) => !expected.includes(record));
    const list = (records: readonly string[]) => records.slice(0, 10).join(" ");
    return `step ${this.#step} has ${list(missing)}, the table instead ${list(surplus)}`;
  }

  close(): void {
    this.#store.close();
  }
}

function brief(record: StoreRecord): string {
  return `[${record.map((element) => String(element).slice(0, 12)).join(", ")}]`;
}
