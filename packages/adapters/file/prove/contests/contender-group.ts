import { existsSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileProgram } from "../../test/support/program.js";
import { Contender } from "./contender.js";

/** Where there is a file system in memory: it is processes that matter here, and not what is on disk. */
const MEMORY = "/dev/shm";

/** Processes that contend for tables in a directory of their own, all of which is gone in the end. */
export class ContenderGroup {
  readonly dataDir: string;
  readonly #program: string;
  readonly #clock: string;
  readonly #started = new Set<Contender>();

  private constructor() {
    this.dataDir = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "store-prove-"));
    this.#program = compileProgram("contending", this.dataDir);
    this.#clock = join(this.dataDir, "clock");
    writeFileSync(this.#clock, "");
  }

  static async use<T>(run: (group: ContenderGroup) => Promise<T>): Promise<T> {
    const group = new ContenderGroup();
    try {
      return await run(group);
    } finally {
      await Promise.all([...group.#started].map((contender) => contender.kill()));
      rmSync(group.dataDir, { recursive: true });
    }
  }

  /** Starts so many. Resolves when they take commands. */
  async start(count: number): Promise<Contender[]> {
    const contenders = Array.from(
      { length: count },
      () => new Contender(this.#program, this.dataDir, this.#clock),
    );
    for (const contender of contenders) this.#started.add(contender);
    await Promise.all(contenders.map((contender) => contender.started()));
    return contenders;
  }

  /** Puts the clocks of all forward, those of stopped ones, too. */
  advance(milliseconds: number): void {
    truncateSync(this.#clock, statSync(this.#clock).size + milliseconds);
  }
}
