import { _, type StoreRecord } from "@store/core";
import type { FailingFileSystem, Failure } from "../../simulation/failing-file-system.js";
import { errorCode } from "../../src/platform/error-code.js";
import { type Machine, type OpenTable, repairOf } from "../workload/machine.js";
import { type Call, SYNC } from "./call.js";
import { type Expectation, stateTextOf } from "./expectation.js";
import { type Outcome, outcomeOf } from "./outcome.js";
import { AUTO_SAVE, type Plan } from "./plan.js";

/** Longer than a megabyte: when it is gone, a compaction is due. */
const HUGE = "huge ".repeat(220_000);
/** More than a compaction goes through at a time. */
const MANY = Array.from({ length: 150 }, (_unused, index): StoreRecord => [["many", index], index]);
/** So often a call tells of what had failed earlier. */
const TELLS = 2;

/** Counts of what was done, by their names in the table. */
export type Counts = Record<string, number>;

/**
 * A table on a machine, and what is done to it. Everything is compared with what is expected, and throws where it
 * differs. A {@link Failure} is one of the calls to the file system meanwhile: then what is done may fail with
 * `STORE_IO`, and has changed nothing.
 */
export class Subject {
  readonly #machine: Machine;
  readonly #fileSystem: FailingFileSystem;
  readonly #plan: Plan;
  readonly #expectation: Expectation;
  readonly #counts: Counts;
  #open: OpenTable;

  /** @param fileSystem that of the machine */
  constructor(
    machine: Machine,
    fileSystem: FailingFileSystem,
    plan: Plan,
    expectation: Expectation,
    counts: Counts,
  ) {
    this.#machine = machine;
    this.#fileSystem = fileSystem;
    this.#plan = plan;
    this.#expectation = expectation;
    this.#counts = counts;
    this.#open = this.#opened();
  }

  /** Makes a call to the table. */
  perform(call: Call, failure?: Failure): void {
    this.#count("calls");
    let outcome = this.#attempt(call, failure);
    for (let told = 1; this.#isExcused(outcome.error); told++) {
      this.#count("calls that failed");
      this.#expectation.fail(call);
      this.compare();
      if (failure !== undefined && told === 1) return;
      if (/nothing more is written/.test(String(outcome.error))) {
        this.reopen();
        return;
      }
      if (told > TELLS) throw outcome.error;
      outcome = this.#attempt(call);
    }
    const expected = this.#expectation.make(call);
    if (outcome.text !== expected.text) {
      const { error = new Error("a result differs") } = outcome;
      throw new Error(`${call.text}\n${outcome.text}\nand not\n${expected.text}`, { cause: error });
    }
  }

  /** Makes a compaction due, in a table of many records. */
  fill(): void {
    this.#count("compactions that became due");
    this.perform({
      text: "insert what is huge, and many",
      defined: "all",
      act: (table) => table.insertMany([["huge", HUGE], ...MANY]),
    });
    if (this.#plan.ramFile) this.perform(SYNC);
    this.perform({
      text: "delete what is huge, and some of the many",
      defined: "all",
      act(table) {
        table.matchDelete([["many", _], 7]);
        table.delete("huge");
      },
    });
    if (this.#plan.ramFile) this.perform(SYNC);
  }

  /** `autoSave` has its time. */
  async pass(failure?: Failure): Promise<void> {
    await this.#during(failure, () => this.#machine.pass(AUTO_SAVE));
    const { autoSave, ramFile } = this.#plan;
    const isSaved = autoSave !== Number.POSITIVE_INFINITY && !ramFile;
    if (isSaved && !this.#fileSystem.hasFailed) this.#expectation.saveCounters();
    this.compare();
  }

  /** Lets some of what is on its way in the background come to its end. */
  async work(calls: number, failure?: Failure): Promise<void> {
    await this.#during(failure, async () => {
      for (let call = 0; call < calls; call++) await this.#machine.work();
    });
    this.compare();
  }

  /** Closes the table and opens it again. */
  reopen(failure?: Failure): void {
    this.#count("times closed");
    if (failure !== undefined) this.#fileSystem.fail(failure);
    try {
      this.#open.close();
      this.#expectation.save();
    } catch (error) {
      this.#excuse(error);
      this.#expectation.trySave();
    } finally {
      this.#fileSystem.heal();
    }
    this.#open = this.#opened();
  }

  /** Kills the process, and opens the table in another. */
  async kill(failure?: Failure): Promise<void> {
    this.#count("times killed");
    await this.#machine.kill();
    this.#open = this.#opened(failure);
  }

  /** Fails unless the table holds what it must. */
  compare(): void {
    const { table } = this.#open;
    const state = stateTextOf(table);
    const expected = this.#expectation.state;
    if (state !== expected) throw new Error(`it holds\n${state}\nand not\n${expected}`);
    const { size } = table;
    const lines = expected === "" ? 0 : expected.split("\n").length;
    if (size !== lines) throw new Error(`its size is ${size}, and not ${lines}`);
  }

  /** Whatever has happened: it holds what it must, when its process dies, too; it takes a change, and closes. */
  async finish(): Promise<void> {
    this.compare();
    await this.kill();
    this.perform({
      text: "the last insert",
      defined: "all",
      act: (table) => table.insert(["last"]),
    });
    this.reopen();
    this.#open.close();
  }

  #opened(failure?: Failure): OpenTable {
    const { type, ...options } = this.#plan;
    this.#fileSystem.hasFailed = false;
    if (failure !== undefined) this.#fileSystem.fail(failure);
    let open: OpenTable | undefined;
    try {
      open = this.#machine.openTable({ type, ...options });
    } catch (error) {
      // When the owner can't be read, the dead one counts as alive.
      this.#excuse(error, ["STORE_IO", "STORE_LOCKED"]);
    } finally {
      this.#fileSystem.heal();
    }
    open ??= this.#machine.openTable({ type, ...options });
    const repair = repairOf(open.table);
    if (repair !== undefined && repair.reason !== "torn tail") {
      throw new Error(`it was opened with ${JSON.stringify(repair)}`);
    }
    this.#expectation.reopened([...open.table.records()]);
    return open;
  }

  #attempt(call: Call, failure?: Failure): Outcome {
    if (failure !== undefined) this.#fileSystem.fail(failure);
    const outcome = outcomeOf(call, this.#open.table);
    this.#fileSystem.heal();
    return outcome;
  }

  async #during(failure: Failure | undefined, act: () => Promise<void>): Promise<void> {
    if (failure !== undefined) this.#fileSystem.fail(failure);
    await act();
    this.#fileSystem.heal();
  }

  /** Throws an error that must not be. */
  #excuse(error: unknown, codes?: readonly string[]): void {
    if (!this.#isExcused(error, codes)) throw error;
  }

  #isExcused(error: unknown, codes: readonly string[] = ["STORE_IO"]): boolean {
    return this.#fileSystem.hasFailed && codes.includes(errorCode(error) ?? "");
  }

  #count(name: string): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
  }
}
