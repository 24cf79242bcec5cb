import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LOCK } from "../../src/ownership/heartbeat.js";
import { OWNER, RELEASED } from "../../src/ownership/owner.js";
import type { Campaign, CaseReport } from "../campaign.js";
import type { Random } from "../random.js";
import type { Contender } from "./contender.js";
import { ContenderGroup } from "./contender-group.js";

const CONTENDERS = 8;
const CONTESTS = 40;
/** Longer than a heartbeat lasts. Milliseconds. */
const MINUTE = 60_000;

/** Why a table has no owner. */
const REASONS = ["new", "given back", "stale", "just killed"] as const;
type Reason = (typeof REASONS)[number];

/** A case is a row of contests. Each time all want the table that the last winner had, or another one. */
export const contests: Campaign = {
  name: "contests",
  claim:
    "of processes that open a table at once, new, given back, stale or just killed, one gets it",
  unit: "contests",
  goal: 1_000,

  run: (random) => ContenderGroup.use((group) => new Contests(group, random).run()),
};

class Contests {
  readonly #group: ContenderGroup;
  readonly #random: Random;
  readonly #failures: string[] = [];
  #contenders: Contender[] = [];
  #tables = 0;
  /** All that was acknowledged in the table. */
  #keys: string[] = [];

  constructor(group: ContenderGroup, random: Random) {
    this.#group = group;
    this.#random = random;
  }

  async run(): Promise<CaseReport> {
    const counts: Partial<Record<Reason, number>> = {};
    this.#contenders = await this.#group.start(CONTENDERS);
    let reason: Reason = "new";
    let contest = 0;
    while (contest < CONTESTS && this.#failures.length === 0) {
      const winner = await this.#contend(`contest ${++contest}, the table is ${reason}`);
      counts[reason] = (counts[reason] ?? 0) + 1;
      if (winner === undefined) break;
      reason = this.#random.pick(REASONS);
      await this.#leave(winner, reason);
    }
    return { tried: contest, counts, failures: this.#failures };
  }

  get #table(): string {
    return `t${this.#tables}`;
  }

  /** Lets all open the table. Returns the one that got it, after it has written something. */
  async #contend(what: string): Promise<Contender | undefined> {
    const table = this.#table;
    const answers = await Promise.all(
      this.#contenders.map((contender) => contender.ask({ do: "open", table })),
    );
    const said = `${what}: ${JSON.stringify(answers)}`;
    const winners = this.#contenders.filter((_, index) => answers[index]?.code === undefined);
    const [winner] = winners;
    const refused = answers.filter(({ code }) => code === "STORE_LOCKED");
    if (winner === undefined || winners.length + refused.length < CONTENDERS) {
      this.#failures.push(said);
      return undefined;
    }
    if (winners.length > 1) this.#failures.push(`two owners, ${said}`);
    const found = answers[this.#contenders.indexOf(winner)]?.keys ?? [];
    if ([...found].sort().join() !== [...this.#keys].sort().join()) {
      this.#failures.push(`${what}: there is ${found} instead of ${this.#keys}`);
    }
    await this.#write(winner, what);
    // By now it is the only one that may be named.
    const loser = this.#random.pick(this.#contenders.filter((other) => other !== winner));
    const { code, pid } = await loser.ask({ do: "open", table });
    if (code !== "STORE_LOCKED" || pid !== winner.pid) {
      this.#failures.push(`${what}: got ${code} because of ${pid}, while ${winner.pid} has it`);
    }
    return winner;
  }

  async #write(winner: Contender, what: string): Promise<void> {
    const table = this.#table;
    const keys = Array.from(
      { length: 1 + this.#random.below(3) },
      (_, index) => `${winner.pid}.${this.#keys.length + index}`,
    );
    const { code } = await winner.ask({ do: "insert", table, keys });
    if (code !== undefined) this.#failures.push(`${what}: the owner's write: ${code}`);
    this.#keys.push(...keys);
    if (this.#random.oneIn(3)) await winner.ask({ do: "sync", table });
  }

  /** Lets the owner leave the table, or all go on to a new one. */
  async #leave(winner: Contender, reason: Reason): Promise<void> {
    if (reason === "just killed") {
      await winner.kill();
      this.#contenders = this.#contenders.filter((other) => other !== winner);
      this.#contenders.push(...(await this.#group.start(1)));
      return;
    }
    await winner.ask({ do: "close", table: this.#table });
    if (reason === "stale") this.#silence();
    if (reason === "new") {
      this.#tables++;
      this.#keys = [];
    }
  }

  /** Makes a table that was given back look as if its owner, of whom nothing is known from here, had fallen silent. */
  #silence(): void {
    const directory = join(this.#group.dataDir, this.#table);
    const epoch = join(directory, readdirSync(directory)[0] ?? "");
    rmSync(join(epoch, RELEASED));
    const owner = { pid: 1, thread: 0, host: "elsewhere", uuid: "u", since: "1970" };
    writeFileSync(join(epoch, OWNER), this.#random.oneIn(2) ? JSON.stringify(owner) : "{");
    mkdirSync(join(epoch, LOCK));
    const aMinuteAgo = new Date(Date.now() - MINUTE);
    utimesSync(join(epoch, LOCK), aMinuteAgo, aMinuteAgo);
  }
}
