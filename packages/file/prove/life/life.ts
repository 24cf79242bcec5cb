import { createStore, type Store, type StoreRecord, type Table, type TableType } from "@store/core";
import { memoryAdapter } from "@store/memory";
import type { FileOptions } from "../../src/options.js";
import { errorCode } from "../../src/platform/error-code.js";
import type { Random } from "../random.js";
import { type Change, hugeChanges, randomChange } from "./change.js";
import { digestOf } from "./digest.js";
import { type Machine, type OpenOptions, type OpenTable, repairOf } from "./machine.js";
import { Oracle } from "./oracle.js";

const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];
const AUTO_SAVE = 1000;

/** What happens in a life, but for the changes themselves. */
export interface LifePlan {
  readonly type: TableType;
  readonly options: FileOptions;
  /** So many things happen. */
  readonly length: number;
  /** Whether compactions are among them. */
  readonly isHuge: boolean;
}

export function randomPlan(random: Random, { repair }: { readonly repair: boolean }): LifePlan {
  return {
    type: random.pick(TYPES),
    options: {
      autoSave: random.pick([0, AUTO_SAVE, AUTO_SAVE, Number.POSITIVE_INFINITY]),
      ramFile: random.oneIn(6),
      repair,
    },
    length: random.pick([3, 5, 10, 20, 40]),
    isHuge: random.oneIn(5),
  };
}

/** A part of the world that may fail. */
export interface Faults {
  /** Whether a call has failed so far. */
  readonly hasFailed: boolean;
  /** From now on nothing fails. */
  heal(): void;
}

/** What is done to a table, by one process after another, beside an oracle that knows what must come of it. */
export class Life {
  readonly oracle: Oracle;
  /** What has happened, and what of it went wrong that must not. */
  readonly log: string[] = [];
  readonly failures: string[] = [];
  readonly #machine: Machine;
  readonly #plan: LifePlan;
  readonly #random: Random;
  readonly #faults: Faults | undefined;
  readonly #reference: Store<"sync">;
  readonly #model: Table<StoreRecord>;
  #open: OpenTable | undefined;
  #mayFail: boolean;
  #changes = 0;

  /** @param faults undefined if nothing may fail */
  constructor(machine: Machine, plan: LifePlan, random: Random, faults?: Faults) {
    this.#machine = machine;
    this.#plan = plan;
    this.#random = random;
    this.#faults = faults;
    this.#mayFail = faults !== undefined;
    this.#reference = createStore({ adapter: memoryAdapter });
    this.#model = this.#reference.ensureTable("d", "t", { type: plan.type });
    this.oracle = new Oracle(digestOf(this.#model));
  }

  /** @param afterEach called when something has happened, and what must be on disk may have changed */
  async run(afterEach: () => void = () => {}): Promise<void> {
    this.#ensureOpen();
    afterEach();
    for (let step = 0; step < this.#plan.length; step++) {
      await this.#happen();
      afterEach();
      this.#ensureOpen();
      afterEach();
    }
    if (this.#random.oneIn(2)) await this.#close();
    afterEach();
  }

  /**
   * Ends all faults. Then the table goes on, unless a sync had failed; and when it is opened anew, it holds what is
   * right, takes a change, and holds that.
   */
  async recover(): Promise<void> {
    this.#faults?.heal();
    this.#goOn();
    await this.#close();
    await this.#kill();
    this.#mayFail = false;
    this.#ensureOpen();
    this.#change({ name: "the last", act: (table) => table.insert(["last", 1]) });
    await this.#close();
    this.#ensureOpen();
    await this.#close();
  }

  /** What failed in the background is told once. */
  #goOn(): void {
    this.#ensureOpen();
    const insert = (): unknown => {
      try {
        this.#open?.table.insert(["goes on", ++this.#changes]);
      } catch (error) {
        return error;
      }
      this.#model.insert(["goes on", this.#changes]);
      this.oracle.begin(digestOf(this.#model));
      this.oracle.acknowledge();
      return undefined;
    };
    insert();
    const failure = insert();
    if (failure !== undefined && !/takes no more writes/.test(String(failure))) {
      this.#fail(`it doesn't go on: ${String(failure)}`);
    }
  }

  /** Gives back what it holds outside of the machine. */
  end(): void {
    this.#reference.close();
  }

  async #happen(): Promise<void> {
    const random = this.#random;
    const kind = random.below(40);
    if (kind < 24) this.#change(randomChange(random, this.#plan.type, ++this.#changes));
    else if (kind < 29) this.#sync();
    else if (kind < 32) await this.#tick();
    else if (kind < 35) await this.#work();
    else if (kind < 37) await this.#close();
    else if (kind < 39) await this.#kill();
    else if (this.#plan.isHuge) await this.#compact();
  }

  #ensureOpen(): void {
    if (this.#open !== undefined) return;
    this.log.push("open");
    const { type, options } = this.#plan;
    const openOptions: OpenOptions = { type, ...options };
    for (let isLast = false; this.#open === undefined; isLast = true) {
      try {
        this.#open = this.#machine.open(openOptions);
      } catch (error) {
        // When the owner can't be read, the dead one counts as alive.
        this.#excuse(error, ["STORE_IO", "STORE_LOCKED"]);
        if (isLast) return;
        this.#faults?.heal();
      }
    }
    const { table } = this.#open;
    const records = this.#recordsOf(table);
    const state = digestOf({ type, records: () => records.values() });
    if (!this.oracle.reopened(state))
      this.#fail(`it has opened with a state that must not be:\n${state}`);
    const repair = repairOf(table);
    if (this.#faults === undefined && repair !== undefined && repair.reason !== "torn tail") {
      this.#fail(`it has opened with ${JSON.stringify(repair)}`);
    }
    this.#resetModel(records);
  }

  #change({ name, act }: Change): void {
    if (this.#open === undefined) return;
    this.log.push(name);
    const before = this.#faults === undefined ? [] : [...this.#model.records()];
    act(this.#model);
    this.oracle.begin(digestOf(this.#model));
    try {
      act(this.#open.table);
    } catch (error) {
      this.#excuse(error);
      // A sync that failed at once: nobody knows what is on disk, and nothing more is written.
      this.oracle.fail(this.#plan.options.autoSave === 0);
      this.#resetModel(before);
      this.#checkUnchanged();
      return;
    }
    this.oracle.acknowledge();
    if (this.#plan.options.autoSave === 0 && !this.#plan.options.ramFile) this.oracle.keep();
  }

  /** A call that failed has changed nothing. */
  #checkUnchanged(): void {
    if (this.#open === undefined) return;
    const state = this.#stateOf(this.#open.table);
    if (state !== undefined && state !== digestOf(this.#model)) {
      this.#fail(`a call that failed has left this:\n${state}`);
    }
  }

  #sync(): void {
    if (this.#open === undefined) return;
    this.log.push("sync");
    try {
      this.#open.table.sync();
    } catch (error) {
      this.#excuse(error);
      return;
    }
    this.oracle.keep();
  }

  /** `autoSave` has its time; not always to the end. */
  async #tick(): Promise<void> {
    this.log.push("tick");
    await this.#machine.pass(AUTO_SAVE);
    if (this.#random.oneIn(2)) return;
    await this.#machine.workAll();
    // What was in flight may have begun earlier.
    await this.#machine.pass(AUTO_SAVE);
    await this.#machine.workAll();
    const { autoSave, ramFile } = this.#plan.options;
    const isSaved = autoSave !== Number.POSITIVE_INFINITY && !ramFile;
    if (isSaved && this.#faults?.hasFailed !== true) this.oracle.keep();
  }

  async #work(): Promise<void> {
    this.log.push("work");
    for (let calls = this.#random.below(4); calls >= 0; calls--) await this.#machine.work();
  }

  async #compact(): Promise<void> {
    for (const each of hugeChanges(this.#plan.type, ++this.#changes)) this.#change(each);
    await this.#work();
  }

  async #close(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    this.log.push("close");
    try {
      open.close();
      this.oracle.keep();
    } catch (error) {
      this.#excuse(error);
    }
    await this.#machine.workAll();
  }

  async #kill(): Promise<void> {
    this.log.push("kill");
    this.#open = undefined;
    await this.#machine.kill();
  }

  #stateOf(table: Table<StoreRecord>): string | undefined {
    try {
      return digestOf(table);
    } catch (error) {
      this.#excuse(error);
      return undefined;
    }
  }

  /** All records; if reading fails, when nothing fails any more. */
  #recordsOf(table: Table<StoreRecord>): readonly StoreRecord[] {
    try {
      return [...table.records()];
    } catch (error) {
      this.#excuse(error);
      this.#faults?.heal();
      return [...table.records()];
    }
  }

  #resetModel(records: readonly StoreRecord[]): void {
    this.#model.deleteAllObjects();
    this.#model.insertMany(records);
  }

  /** Takes note of an error that must not be. */
  #excuse(error: unknown, expected: readonly string[] = ["STORE_IO"]): void {
    const isExpected = expected.includes(errorCode(error) ?? "");
    if (this.#mayFail && this.#faults?.hasFailed === true && isExpected) {
      this.log.push(`  ${String(error)}`);
      return;
    }
    this.#fail(error instanceof Error ? (error.stack ?? String(error)) : String(error));
  }

  #fail(what: string): void {
    this.failures.push(`${what}\nafter: ${this.log.join(", ")}\nin ${JSON.stringify(this.#plan)}`);
  }
}
