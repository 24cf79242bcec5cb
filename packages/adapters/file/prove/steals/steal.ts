import { existsSync } from "node:fs";
import { join } from "node:path";
import { createStore } from "@store/core";
import { fileAdapter } from "../../src/index.js";
import { epochDirectory, epochsIn } from "../../src/ownership/epoch.js";
import { LOCK } from "../../src/ownership/heartbeat.js";
import { nodeFileSystem } from "../../src/platform/node-file-system.js";
import type { Answer, Command, Contender } from "../contests/contender.js";
import type { Random } from "../random.js";

/** So long nothing is stale. Milliseconds. */
const LONGEST_WAIT = 60_000;

const EXITS = ["close and end", "end", "exit", "SIGTERM", "SIGKILL"] as const;

/**
 * A process is stopped while it writes to its tables, each in a data directory of its own; another takes them over; it goes on; both exit. What must hold:
 *
 * 1. The successor gets no table before its owner is stale, and is told who that is.
 * 2. It finds all that the sleeper had said it wrote, and at most one write more.
 * 3. The sleeper's next write fails with `STORE_FENCED`, and so does all that it tries after it. (A write that it has
 *    said after it woke up had returned before it was stopped.)
 * 4. The successor goes on, and nobody else gets its tables, whichever way the sleeper exits.
 * 5. When both are gone the tables hold what the successor found and what it wrote, and nothing is damaged.
 */
export class Steal {
  readonly #dataDir: string;
  readonly #sleeper: Contender;
  readonly #successor: Contender;
  readonly #tables: readonly string[];
  readonly #random: Random;
  readonly #passTime: () => Promise<void>;
  readonly #failures: string[] = [];
  /** What the successor found in each table, and what it wrote. */
  readonly #keys = new Map<string, string[]>();

  /** @param passTime called while the sleeper isn't stale */
  constructor(
    dataDir: string,
    sleeper: Contender,
    successor: Contender,
    tables: readonly string[],
    random: Random,
    passTime: () => Promise<void>,
  ) {
    this.#dataDir = dataDir;
    this.#sleeper = sleeper;
    this.#successor = successor;
    this.#tables = tables;
    this.#random = random;
    this.#passTime = passTime;
  }

  /** Returns what didn't hold. */
  async run(): Promise<readonly string[]> {
    await this.#letWrite();
    this.#sleeper.signal("SIGSTOP");
    for (const table of this.#tables) await this.#takeOver(table);
    this.#sleeper.signal("SIGCONT");
    for (const table of this.#tables) await this.#meetFence(table);
    for (const table of this.#tables) await this.#write(table, ["late"]);
    const isFirst = this.#random.oneIn(3);
    if (isFirst) await this.#exit(this.#successor);
    await this.#exit(this.#sleeper);
    if (!isFirst) {
      for (const table of this.#tables) await this.#judgeOwner(table);
      await this.#exit(this.#successor);
    }
    for (const table of this.#tables) this.#judge(table);
    return this.#failures;
  }

  async #letWrite(): Promise<void> {
    for (const table of this.#tables) {
      await this.#expect(this.#sleeper, { do: "open", table });
      if (this.#random.oneIn(2)) await this.#expect(this.#sleeper, { do: "sync", table });
    }
    await this.#expect(this.#sleeper, { do: "go on", tables: this.#tables });
    const writes = 1 + this.#random.below(100);
    const last = this.#tables.at(-1) ?? "";
    while (this.#sleeper.saidOf(last).length < writes) await this.#sleeper.saidMore();
  }

  async #takeOver(table: string): Promise<void> {
    const opened = await this.#openWhenStale(table);
    this.#keys.set(table, [...(opened.keys ?? [])]);
    await this.#write(table, ["b0", "b1", "b2"]);
    if (this.#random.oneIn(2)) await this.#expect(this.#successor, { do: "compact", table });
    await this.#write(table, ["b3"]);
    if (this.#random.oneIn(2)) await this.#expect(this.#successor, { do: "sync", table });
  }

  async #openWhenStale(table: string): Promise<Answer> {
    const from = performance.now();
    for (;;) {
      const answer = await this.#successor.ask({ do: "open", table });
      if (answer.code === undefined) return answer;
      const waited = performance.now() - from;
      const isRight = answer.code === "STORE_LOCKED" && answer.pid === this.#sleeper.pid;
      if (!isRight || waited > LONGEST_WAIT) {
        this.#fail(table, `the successor's open: ${JSON.stringify(answer)} after ${waited} ms`);
        return answer;
      }
      await this.#passTime();
    }
  }

  /** Waits until the sleeper's writing has failed, and lets it try other things. */
  async #meetFence(table: string): Promise<void> {
    const said = () => this.#sleeper.saidOf(table);
    while (said().at(-1)?.failed === undefined) await this.#sleeper.saidMore();
    const failed = said().at(-1)?.failed;
    if (failed !== "STORE_FENCED") this.#fail(table, `the sleeper's write: ${failed}`);
    const wrote = said().flatMap((answer) => answer.wrote ?? []);
    const found = this.#keysOf(table).filter((key) => key.startsWith("a"));
    const isThere = wrote.every((key) => found.includes(key));
    if (!isThere || found.length > wrote.length + 1) {
      this.#fail(table, `the sleeper wrote ${wrote}, the successor found ${found}`);
    }
    const commands: readonly Command[] = [
      { do: "insert", table, keys: ["too late"] },
      { do: "sync", table },
      { do: "close", table },
    ];
    for (const command of commands) {
      if (this.#random.oneIn(3)) continue;
      const { code, pid } = await this.#sleeper.ask(command);
      if (code !== "STORE_FENCED" || pid !== this.#successor.pid) {
        this.#fail(table, `the sleeper's ${command.do}: ${code} because of ${pid}`);
      }
    }
  }

  async #exit(contender: Contender): Promise<void> {
    const exit = this.#random.pick(EXITS);
    switch (exit) {
      case "SIGKILL":
        return contender.kill();
      case "SIGTERM":
        contender.signal(exit);
        break;
      case "exit":
        contender.tell({ do: exit });
        break;
      case "close and end":
        for (const table of this.#tables) await contender.ask({ do: "close", table });
        contender.tell({ do: "end" });
        break;
      case "end":
        contender.tell({ do: exit });
    }
    await contender.ended();
  }

  /** The successor has its table still. */
  async #judgeOwner(table: string): Promise<void> {
    const directory = join(this.#dataDir, table);
    const lock = join(
      epochDirectory(directory, epochsIn(nodeFileSystem, directory).at(-1) ?? 0),
      LOCK,
    );
    if (!existsSync(lock)) this.#fail(table, "the successor's lock is gone");
    const { code, pid } = this.#open(table);
    if (code !== "STORE_LOCKED" || pid !== this.#successor.pid) {
      this.#fail(table, `another's open: ${code} because of ${pid}`);
    }
    await this.#write(table, ["last"]);
  }

  /** What the next one finds. */
  #judge(table: string): void {
    const { code, keys = [] } = this.#open(table);
    const right = this.#keysOf(table);
    if (code !== undefined || [...keys].sort().join() !== [...right].sort().join()) {
      this.#fail(table, `there is ${code ?? keys} instead of ${right}`);
    }
  }

  #keysOf(table: string): readonly string[] {
    return this.#keys.get(table) ?? [];
  }

  async #write(table: string, keys: readonly string[]): Promise<void> {
    await this.#expect(this.#successor, { do: "insert", table, keys });
    this.#keys.get(table)?.push(...keys);
  }

  #open(table: string): Answer {
    const options = { dataDir: join(this.#dataDir, table), repair: false };
    const store = createStore({ adapter: fileAdapter, options });
    try {
      const keys = [...store.ensureTable("d", table).records()].map(([key]) => String(key));
      store.close();
      return { keys };
    } catch (error) {
      const { code, cause } = Object(error);
      return { code, pid: cause?.pid };
    }
  }

  async #expect(contender: Contender, command: Command): Promise<void> {
    const { code } = await contender.ask(command);
    if (code !== undefined) this.#failures.push(`${JSON.stringify(command)}: ${code}`);
  }

  #fail(table: string, what: string): void {
    this.#failures.push(`${table}: ${what}`);
  }
}
