import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStore, type TableType } from "@store/core";
import type { RepairReport } from "../../src/index.js";
import { livingAdapter } from "../../test/programs/living-adapter.js";
import { stateDigest } from "../../test/programs/state-digest.js";
import { compileProgram, Program } from "../../test/support/program.js";
import { type Interruption, interruptionOf } from "./interruption.js";
import { Oracle } from "./oracle.js";

/** How a table is opened, each time. */
export interface VictimOptions {
  readonly type: TableType;
  readonly autoSave: number;
  readonly repair: boolean;
  readonly writeBufferBytes: number;
}

/** How a process came to its end: what it was about when it was killed; undefined if it wasn't. */
export type Ending = Interruption | undefined;

/** Compiled once a process. */
let program: string | undefined;

/**
 * A table that one process after another lives on, and is killed.
 *
 * 1. `#done` steps are known to count: the process had said so, or the next one found their effect.
 * 2. Whoever opens the table next finds the state after these, or after one more, which was on its way.
 * 3. A kill never looks like damage; a write may be torn.
 */
export class Victim {
  readonly directory = mkdtempSync(join(tmpdir(), "store-file-kills-"));
  /** What didn't hold. */
  readonly failures: string[] = [];
  /** How many writes were found that had come to an end in their middle. */
  tornWrites = 0;
  readonly #options: VictimOptions;
  readonly #oracle: Oracle;
  readonly #file: string;
  #done = 0;

  constructor(options: VictimOptions) {
    this.#options = options;
    this.#oracle = new Oracle(options.type);
    this.#file = this.#writeProgram();
  }

  /**
   * Lets a process open the table, live for so many steps, and close it.
   * @param kills resolves when it shall be killed, if it wasn't by then
   * @param tracer see {@link Program}
   */
  async live(
    steps: number,
    kills: (program: Program) => Promise<void>,
    tracer: readonly string[] = [],
  ): Promise<Ending> {
    const { type, autoSave, repair, writeBufferBytes } = this.#options;
    const how = [this.#data, type, autoSave, repair, writeBufferBytes];
    const args = [...how, steps, this.#done, ...this.#digests()];
    const process = new Program(this.#file, args.map(String), tracer);
    try {
      await kills(process);
    } finally {
      await process.kill();
    }
    const { lines } = process;
    this.#hear(lines);
    if (lines.includes("closed") || lines.at(-1)?.startsWith("failed")) return undefined;
    return interruptionOf(lines, this.#data);
  }

  /** Opens the table in this process, looks at it, and closes it. */
  inspect(): void {
    const { repair, writeBufferBytes } = this.#options;
    using store = createStore({
      adapter: livingAdapter(writeBufferBytes),
      options: { dataDir: this.#data, repair },
    });
    const table = store.ensureTable("d", "t", { type: this.#options.type });
    const report = table.info().details?.repair as RepairReport | undefined;
    const isRight = this.#found(stateDigest(table), report?.reason ?? "sound");
    if (!isRight) this.#fail(this.#oracle.differences(table));
  }

  remove(): void {
    this.#oracle.close();
    rmSync(this.directory, { recursive: true });
  }

  get #data(): string {
    return join(this.directory, "data");
  }

  #digests(): readonly string[] {
    return [this.#oracle.digestAfter(this.#done), this.#oracle.digestAfter(this.#done + 1)];
  }

  #hear(lines: readonly string[]): void {
    for (const line of lines) {
      const [word = "", digest = "", ...reason] = line.split(" ");
      if (word === "failed") this.#fail(line);
      else if (word === "opened") this.#found(digest, reason.join(" "));
      else if (/^\d+$/.test(word)) this.#done = Number(word);
    }
  }

  #found(digest: string, reason: string): boolean {
    const more = this.#digests().indexOf(digest);
    if (reason === "torn tail") this.tornWrites++;
    else if (reason !== "sound") {
      this.#fail(`it was opened with ${reason}`);
    }
    if (more < 0) this.#fail("another state was found");
    else this.#done += more;
    return more >= 0;
  }

  #fail(what: string): void {
    const { type, autoSave, repair } = this.#options;
    const table = `a ${type} with autoSave ${autoSave} and repair ${repair}`;
    this.failures.push(`${table}, after step ${this.#done}: ${what}`);
  }

  #writeProgram(): string {
    if (program === undefined) {
      const file = compileProgram("living", this.directory);
      program = readFileSync(file, "utf8");
      return file;
    }
    const file = join(this.directory, "living.cjs");
    writeFileSync(file, program);
    return file;
  }
}
