import {
  createStore,
  type Key,
  type Store,
  type StoreRecord,
  type Table,
  type TableType,
} from "@store/core";
import { memoryAdapter } from "@store/memory";
import { show } from "../../test/support/show.js";
import type { Call } from "./call.js";
import { type Outcome, outcomeOf } from "./outcome.js";
import type { Plan } from "./plan.js";

/** A record, and its key, as texts. */
interface Entry {
  readonly key: string;
  readonly record: string;
}

/** What a table holds: in key order; without one, the records of one key in theirs. */
type State = readonly Entry[];

/** A record that was counted in since its counters were written for certain. */
interface Counted {
  readonly key: Key;
  /** What it was then, and after each count. */
  readonly versions: Set<string>;
  last: string;
}

/**
 * What a table must hold, by a table in memory to which the same is done, and what may be there when its process has
 * died:
 *
 * 1. all calls that have returned; and the last that failed, if it may have been written, as long as nothing came after;
 * 2. in a `ramFile`, what was there at the last sync; or at one that failed since; or, unless `autoSave` never comes, at any
 *    time since;
 * 3. with `atomicCounters`, of each record that was counted in any version since the counters were written.
 */
export class Expectation {
  readonly #plan: Plan;
  readonly #store: Store<"sync">;
  readonly #table: Table<StoreRecord>;
  readonly #countsAside: boolean;
  readonly #savesItself: boolean;
  readonly #counted = new Map<string, Counted>();
  #doubtful: State[] = [];
  #saved: State[] = [[]];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#savesItself = plan.ramFile && plan.autoSave !== Number.POSITIVE_INFINITY;
    this.#store = createStore({ adapter: memoryAdapter });
    this.#table = this.#store.ensureTable("d", "t", { type: plan.type });
    this.#countsAside =
      plan.atomicCounters && plan.autoSave !== 0 && (!plan.ramFile || this.#savesItself);
  }

  /** What the table holds, as a text. */
  get state(): string {
    return textOf(this.#state);
  }

  /** A call was made. Returns what it must have come to. */
  make(call: Call): Outcome {
    const before = this.#doubtful.length > 0 ? this.state : "";
    const record = call.counts === undefined ? "" : this.#textAt(call.counts);
    const outcome = outcomeOf(call, this.#table);
    if (this.#doubtful.length > 0 && this.state !== before) this.#doubtful = [];
    if (this.#countsAside) this.#follow(call, record);
    if (this.#savesItself) this.trySave();
    if (call.saves === "all") this.save();
    if (call.saves === "counters") this.saveCounters();
    return outcome;
  }

  /** A call has failed. */
  fail(call: Call): void {
    const { autoSave, ramFile } = this.#plan;
    if (call.saves === "all") this.trySave();
    else if (autoSave === 0 && (!ramFile || this.#savesItself)) {
      const records = [...this.#table.records()];
      outcomeOf(call, this.#table);
      this.#doubtful.push(this.#state);
      this.#reset(records);
    }
  }

  /** All is on disk. */
  save(): void {
    this.#saved = [this.#state];
    this.saveCounters();
  }

  /** All may be on disk. */
  trySave(): void {
    if (this.#plan.ramFile) this.#saved.push(this.#state);
  }

  /** All counters are in the table. */
  saveCounters(): void {
    this.#counted.clear();
  }

  /** The table was opened, and holds these records: it goes on from there. Throws if it must not. */
  reopened(records: readonly StoreRecord[]): void {
    const found = stateOf(records, this.#plan.type);
    const right = this.#plan.ramFile ? [...this.#saved] : [this.#state];
    if (!this.#plan.ramFile || this.#savesItself) right.push(...this.#doubtful);
    const text = this.#uncounted(found);
    if (!right.some((state) => this.#uncounted(state) === text)) {
      const states = right.map(textOf).join("\nor\n");
      throw new Error(`it was opened with\n${textOf(found)}\nand not with\n${states}`);
    }
    this.#doubtful = [];
    this.#reset(records);
    this.save();
  }

  end(): void {
    this.#store.close();
  }

  get #state(): State {
    return stateOf(this.#table.records(), this.#plan.type);
  }

  #textAt(key: Key): string {
    return this.#table.lookup(key).map(show).join();
  }

  /** @param before the record, as a text, that the call was to count in */
  #follow({ counts }: Call, before: string): void {
    if (counts === undefined) {
      for (const [text, { key, last }] of this.#counted) {
        if (this.#textAt(key) !== last) this.#counted.delete(text);
      }
      return;
    }
    const after = this.#textAt(counts);
    // A record that wasn't there is written at once.
    if (before === "" || after === before) return;
    const text = show(counts);
    const counted = this.#counted.get(text) ?? {
      key: counts,
      versions: new Set([before]),
      last: "",
    };
    counted.versions.add(after);
    counted.last = after;
    this.#counted.set(text, counted);
  }

  /** A text that is the same whichever version of a counted record is there. */
  #uncounted(state: State): string {
    return state
      .map(({ key, record }) => (this.#counted.get(key)?.versions.has(record) ? key : record))
      .join("\n");
  }

  #reset(records: readonly StoreRecord[]): void {
    this.#table.deleteAllObjects();
    this.#table.insertMany(records);
  }
}

/** As {@link Expectation.state}, of any table. */
export function stateTextOf(table: Table<StoreRecord>): string {
  return textOf(stateOf(table.records(), table.type));
}

function stateOf(records: Iterable<StoreRecord>, type: TableType): State {
  const state = [...records].map((record) => ({ key: show(record[0]), record: show(record) }));
  if (type !== "ordered_set") {
    // The sort is stable.
    state.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }
  return state;
}

function textOf(state: State): string {
  return state.map(({ record }) => record).join("\n");
}
