import { StoreError } from "@store/core";

/** A place in a file that isn't as it was written. */
export interface ErlangDamage {
  readonly path: string;
  /** In bytes from the begin of the file. */
  readonly position: number;
  readonly problem: string;
}

/** What was found by the last walk over a file; of a walk that is under way, what it has found so far. */
export interface ErlangFileReport {
  /** Whether a walk has come to the end. */
  readonly complete: boolean;
  /** Whether the file says that it was closed: one that wasn't lacks what its owner had not yet written. */
  readonly closed: boolean;
  /** How many records, or terms, the walk has given. */
  readonly records: number;
  /** Records under a key that had to say what it was, as another term would have the same key (`onCollision: "keep"`). */
  readonly collisions: number;
  /** What the whole was compared with at the end: sums over every byte, or only how many objects there are. */
  readonly checked: "md5" | "count" | "nothing";
  /** How many places are damaged. */
  readonly damages: number;
  /** The first hundred of them. */
  readonly damage: readonly ErlangDamage[];
}

/** What is done about damage: `"refuse"` throws at the first, `"skip"` goes on behind it where it can. */
export type OnDamage = "refuse" | "skip";

const MOST_DAMAGE = 100;

export class WalkReport implements ErlangFileReport {
  readonly #onDamage: OnDamage;
  complete = false;
  closed = true;
  records = 0;
  collisions = 0;
  checked: "md5" | "count" | "nothing" = "nothing";
  damages = 0;
  damage: ErlangDamage[] = [];

  constructor(onDamage: OnDamage) {
    this.#onDamage = onDamage;
  }

  begin(): void {
    this.complete = false;
    this.closed = true;
    this.records = 0;
    this.collisions = 0;
    this.checked = "nothing";
    this.damages = 0;
    this.damage = [];
  }

  /** Notes a damage; throws if it isn't to be passed over. */
  damaged(path: string, position: number, problem: string): void {
    this.damages++;
    if (this.damage.length < MOST_DAMAGE) this.damage.push({ path, position, problem });
    if (this.#onDamage === "refuse")
      throw new StoreError("STORE_CORRUPT", `"${path}" is damaged at byte ${position}: ${problem}`);
  }
}

/** Who is told of damage. */
export type Damaged = Pick<WalkReport, "damaged">;
