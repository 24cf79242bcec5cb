import { createStore, type Store, type StoreRecord } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { backup, compact } from "../../src/backup.js";
import { removeTree } from "../../src/ownership/obsolete-files.js";
import { errorCode } from "../../src/platform/error-code.js";
import type { Random } from "../random.js";
import { at, type Change, hugeChange, randomChange, type TableName } from "./change.js";
import {
  BEGINNING,
  directoryDigest,
  FAR_FUTURE,
  LONG_LIVED,
  lastingRecords,
  miscountedTable,
  tablesOf,
} from "./directory-digest.js";
import type { Machine } from "./machine.js";
import { Oracle } from "./oracle.js";
import { AUTO_SAVE, type WorkloadPlan } from "./plan.js";
import { Reader } from "./reader.js";

/** Longer than a reader takes what it has seen for the last state. Milliseconds. */
const LATE = 1_000;

/** A part of the world that may fail. */
export interface Faults {
  /** Whether a call has failed so far. */
  readonly hasFailed: boolean;
  /** From now on nothing fails. */
  heal(): void;
}

/** What is done to a data directory, by one process after another, beside an oracle that knows what must come of it. */
export class Workload {
  readonly oracle: Oracle;
  /** What has happened, and what of it went wrong that must not. */
  readonly log: string[] = [];
  readonly failures: string[] = [];
  readonly #machine: Machine;
  readonly #plan: WorkloadPlan;
  readonly #random: Random;
  readonly #faults: Faults | undefined;
  #model: Store<"sync">;
  #open: Store<"sync"> | undefined;
  #reader: Reader | undefined;
  #backups = 0;
  #mayFail: boolean;
  #changes = 0;
  #hasTimePassed = false;

  /** @param faults undefined if nothing may fail */
  constructor(machine: Machine, plan: WorkloadPlan, random: Random, faults?: Faults) {
    this.#machine = machine;
    this.#plan = plan;
    this.#random = random;
    this.#faults = faults;
    this.#mayFail = faults !== undefined;
    this.#model = newModel(plan.tables[0]);
    this.oracle = new Oracle(directoryDigest(this.#model));
    machine.host.shiftWallTime(BEGINNING - machine.host.wallTime());
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
   * Ends all faults. Then the directory goes on, unless a sync had failed; and when it is opened anew, it holds what is
   * right, takes a change, and holds that.
   */
  async recover(): Promise<void> {
    this.#faults?.heal();
    this.#goOn();
    await this.#close();
    await this.#kill();
    this.#mayFail = false;
    this.#ensureOpen();
    this.#change(this.#insertion(["last", 1]));
    await this.#close();
    this.#ensureOpen();
    await this.#close();
  }

  /** Gives back what it holds outside of the machine. */
  end(): void {
    this.#stopReading();
    this.#model.close();
  }

  /** What failed in the background is told once. */
  #goOn(): void {
    this.#ensureOpen();
    const insert = (): unknown => {
      const { act } = this.#insertion(["goes on", ++this.#changes]);
      try {
        if (this.#open !== undefined) act(this.#open);
      } catch (error) {
        return error;
      }
      act(this.#model);
      this.oracle.begin(directoryDigest(this.#model));
      this.oracle.acknowledge();
      return undefined;
    };
    insert();
    const failure = insert();
    if (failure !== undefined && !/nothing more is written/.test(String(failure))) {
      this.#fail(`it doesn't go on: ${String(failure)}`);
    }
  }

  #insertion(record: StoreRecord): Change {
    const [first] = this.#plan.tables;
    return { name: `insert ${String(record[0])}`, act: (store) => at(store, first).insert(record) };
  }

  async #happen(): Promise<void> {
    const random = this.#random;
    const kind = random.below(45);
    if (kind < 24) this.#change(this.#randomChange());
    else if (kind < 28) this.#sync();
    else if (kind < 29) this.#closeTable();
    else if (kind < 32) await this.#tick();
    else if (kind < 36) await this.#work();
    else if (kind < 37) await this.#close();
    else if (kind < 39) await this.#kill();
    else if (kind >= 43) this.#backUp();
    else if (kind >= 42) this.#compact();
    else if (kind >= 40) await this.#read();
    else if (this.#plan.isHuge) this.#change(hugeChange(this.#there(), ++this.#changes));
    else this.#sleep();
  }

  #randomChange(): Change {
    const there = this.#there();
    const missing = this.#plan.tables.filter((table) => !there.includes(table));
    return randomChange(this.#random, there, missing, ++this.#changes);
  }

  #there(): TableName[] {
    return this.#plan.tables.filter(({ domain, name }) =>
      this.#model.tables(domain).some((entry) => entry.name === name),
    );
  }

  #ensureOpen(): void {
    if (this.#open !== undefined) return;
    this.log.push("open");
    for (let isLast = false; this.#open === undefined; isLast = true) {
      try {
        this.#open = this.#machine.openDirectory(this.#plan);
      } catch (error) {
        // When the owner can't be read, the dead one counts as alive.
        this.#excuse(error, ["STORE_IO", "STORE_LOCKED"]);
        if (isLast) return;
        this.#faults?.heal();
      }
    }
    this.#takeOver(this.#open);
  }

  /** What was opened must be right; the model is that from now on. */
  #takeOver(store: Store<"sync">): void {
    let model: Store<"sync">;
    try {
      model = modelOf(store);
    } catch (error) {
      this.#excuse(error);
      this.#faults?.heal();
      model = modelOf(store);
    }
    this.#model.close();
    this.#model = model;
    const state = directoryDigest(model);
    const { floor, last } = this.oracle;
    if (!this.oracle.foundAgain(state, this.#plan.isLossy ? floor : last)) {
      this.#fail(`it has opened with a state that must not be:\n${state}`);
    }
    this.#checkSizes(store);
  }

  #change({ name, act }: Change): void {
    if (this.#open === undefined) return;
    this.log.push(name);
    const before = this.#faults === undefined ? undefined : modelOf(this.#model);
    act(this.#model);
    this.oracle.begin(directoryDigest(this.#model));
    const isSynced = this.#plan.options.autoSave === 0;
    try {
      act(this.#open);
    } catch (error) {
      this.#excuse(error);
      // It may be written, as long as nothing comes after, where a sync failed at once, or a look at the lease: after
      // some time there is one behind each write.
      this.oracle.fail(isSynced || this.#hasTimePassed);
      if (before === undefined) return;
      this.#model.close();
      this.#model = before;
      this.#checkUnchanged();
      return;
    }
    before?.close();
    this.#hasTimePassed = false;
    this.oracle.acknowledge();
    if (isSynced && this.#plan.options.ramFile !== true) this.oracle.keep();
  }

  /** A call that failed has changed nothing. */
  #checkUnchanged(): void {
    if (this.#open === undefined) return;
    let state: string;
    try {
      state = directoryDigest(this.#open);
    } catch (error) {
      this.#excuse(error);
      return;
    }
    const right = directoryDigest(this.#model);
    if (state !== right) {
      this.#fail(`a call that failed has left this:\n${state}\ninstead of this:\n${right}`);
    }
    this.#checkSizes(this.#open);
  }

  #checkSizes(store: Store<"sync">): void {
    // Lets records expire that are due.
    if (this.#faults !== undefined && this.#mayFail) return;
    const miscounted = miscountedTable(store);
    if (miscounted !== undefined) this.#fail(miscounted);
  }

  #sync(): void {
    if (this.#open === undefined) return;
    this.log.push("sync");
    this.#keeping(() => at(this.#open as Store<"sync">, this.#plan.tables[0]).sync());
  }

  /** Of a table that isn't the only one. */
  #closeTable(): void {
    const open = this.#open;
    if (open === undefined) return;
    const others = this.#there().slice(1);
    if (others.length === 0) return;
    const table = this.#random.pick(others);
    this.log.push(`close ${table.name}`);
    this.#keeping(() => at(open, table).close());
  }

  #keeping(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#excuse(error);
      return;
    }
    this.oracle.keep();
  }

  /** Records expire; and whoever writes next looks whether the directory is still its own. */
  #sleep(): void {
    this.log.push("sleep");
    this.#machine.host.shiftWallTime(this.#random.below(5_000));
    this.#hasTimePassed = true;
  }

  /** Another process looks what there is, without owning it. */
  async #read(): Promise<void> {
    this.log.push("read");
    const { floor, last } = this.oracle;
    const known = this.#plan.isLossy ? floor : last;
    const isLate = this.#reader !== undefined && this.#random.oneIn(2);
    if (isLate) {
      this.#hasTimePassed = true;
      await this.#machine.pass(LATE);
    }
    try {
      this.#machine.elsewhere(() => {
        const isNew = this.#reader === undefined;
        this.#reader ??= new Reader(this.#machine, this.#plan, this.oracle, known);
        const wrong = this.#reader.look(isNew || isLate ? known : 0);
        if (wrong !== undefined) this.#fail(wrong);
      });
    } catch (error) {
      this.#excuse(error);
      this.#stopReading();
    }
  }

  #stopReading(): void {
    this.#machine.elsewhere(() => this.#reader?.close());
    this.#reader = undefined;
  }

  #compact(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.log.push("compact");
    try {
      compact(open, this.#plan.tables[0].domain);
    } catch (error) {
      this.#excuse(error);
    }
  }

  /** The copy is what there is, opens as any other, and can be written. */
  #backUp(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.log.push("back up");
    const dataDir = `/backup ${++this.#backups}`;
    const { options, ...others } = this.#plan;
    try {
      backup(open, this.#plan.tables[0].domain, dataDir);
      const copy = this.#machine.openElsewhere({ ...others, options: { ...options, dataDir } });
      try {
        const state = directoryDigest(copy);
        if (state !== directoryDigest(this.#model)) this.#fail(`a backup has this:\n${state}`);
        this.#insertion(["only in the backup", 1]).act(copy);
      } finally {
        copy.close();
      }
    } catch (error) {
      this.#excuse(error);
    }
    removeTree(this.#machine.fileSystem, dataDir);
  }

  /** `autoSave` has its time; not always to the end. */
  async #tick(): Promise<void> {
    this.log.push("tick");
    this.#hasTimePassed = true;
    await this.#machine.pass(AUTO_SAVE);
    if (this.#random.oneIn(2)) return;
    await this.#machine.workAll();
    // What was in flight may have begun earlier.
    await this.#machine.pass(AUTO_SAVE);
    await this.#machine.workAll();
    const { autoSave, ramFile } = this.#plan.options;
    const isSaved = autoSave !== Number.POSITIVE_INFINITY && ramFile !== true;
    if (isSaved && this.#faults?.hasFailed !== true) this.oracle.keep();
  }

  async #work(): Promise<void> {
    this.log.push("work");
    for (let calls = this.#random.below(6); calls >= 0; calls--) await this.#machine.work();
  }

  async #close(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    this.log.push("close");
    this.#keeping(() => open.close());
    await this.#machine.workAll();
    const { descriptors } = this.#machine;
    if (descriptors !== 0) this.#fail(`${descriptors} descriptors are left open`);
  }

  async #kill(): Promise<void> {
    this.log.push("kill");
    this.#open = undefined;
    await this.#machine.kill();
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

function newModel(first: TableName): Store<"sync"> {
  const model = createStore({ adapter: memoryAdapter });
  at(model, first);
  return model;
}

/** A store in memory that has the same tables, with the same records that last. */
function modelOf(store: Store<"sync">): Store<"sync"> {
  const model = createStore({ adapter: memoryAdapter });
  for (const { domain, name, table } of tablesOf(store)) {
    const copy = model.ensureTable(domain, name, { type: table.type });
    const records = lastingRecords(table);
    for (const record of records) {
      const [key] = record;
      const isLong = typeof key === "number" && key >= LONG_LIVED;
      if (isLong) copy.insert(record, { expiresAt: table.expiresAt(key) ?? FAR_FUTURE });
      else copy.insert(record);
    }
  }
  return model;
}
