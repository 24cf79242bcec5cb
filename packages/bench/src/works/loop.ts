import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Awaitable, Contender, Setup } from "../contender.js";
import { type ErlangWork, measureErlang } from "../contenders/erlang.js";
import { makeRecords, type Records } from "../records.js";
import { timed } from "../stopwatch.js";
import { isErlang, type Measured, type Task, type Work } from "../work.js";

/** The warm-up has so many records at a time. */
const WARM_UP_RECORDS = 20_000;

/** A work that is a loop over records. */
export interface Loop extends Pick<Work, "name" | "contenders" | "records" | "grows"> {
  readonly erlang?: ErlangWork;
  /** What the records are for this work. */
  arrange?(records: Records): Records;
  /** Before the loop: nobody measures it. A loop that has this may run again on the same table. */
  prepare?(contender: Contender, records: Records): Awaitable<void>;
  /** Returns what shows that it was done: at least `records` times {@link least}. */
  run(contender: Contender, records: Records): Awaitable<number>;
  readonly least?: number;
}

/** Nanoseconds per record. */
export function loop(given: Loop): Work {
  const { erlang, prepare, run, arrange = (records) => records, least = 1, ...rest } = given;

  async function begin(setup: Setup, task: Task): Promise<[Contender, Records]> {
    mkdirSync(task.directory, { recursive: true });
    const records = arrange(makeRecords(task.count));
    const contender = await setup.open(task);
    contender.prepare?.(records);
    await prepare?.(contender, records);
    return [contender, records];
  }

  /**
   * Runs the loop on tables of a few records, as often as there is time. One that may run again on the same table has two,
   * half of the time each: an application has more than one as well.
   */
  async function warmUp(setup: Setup, task: Task): Promise<Contender[]> {
    const warm: Contender[] = [];
    const count = Math.min(WARM_UP_RECORDS, task.count);
    const start = performance.now();
    const isOver = (share: number) => performance.now() - start >= share * task.warmUp;
    while (!isOver(1)) {
      const directory = join(task.directory, `warm-up-${warm.length}`);
      const [contender, records] = await begin(setup, { ...task, directory, count });
      const share = warm.length === 0 ? 1 / 2 : 1;
      do await run(contender, records);
      while (prepare !== undefined && !isOver(share));
      await contender.close();
      warm.push(contender);
    }
    return warm;
  }

  async function measure(setup: Setup, task: Task): Promise<Measured> {
    const [contender, records] = await begin(setup, task);
    let sum = 0;
    const { milliseconds, gcShare } = await timed(async () => {
      sum = await run(contender, records);
    });
    await contender.close();
    const { count } = task;
    if (sum < least * count) throw new Error(`${setup.title} has not done all of ${rest.name}`);
    return { value: (milliseconds * 1e6) / count, gcShare };
  }

  return {
    ...rest,
    unit: "ns",
    async measure(setup, task) {
      const { count, directory } = task;
      if (isErlang(setup)) {
        if (erlang === undefined) throw new Error(`${rest.name} isn't there in Erlang`);
        const records = arrange(makeRecords(count));
        return { value: await measureErlang(setup, erlang, records, directory) };
      }
      const warm = await warmUp(setup, task);
      const measured = await measure(setup, { ...task, directory: join(directory, "measured") });
      // Kept until here: V8 drops compiled code together with the closures that it was made for.
      warm.length = 0;
      return measured;
    },
  };
}

/** Puts the records in, one call each. */
export async function insertAll(contender: Contender, records: Records): Promise<number> {
  await contender.insert?.(records);
  return records.keys.length;
}

/** Reads all, in another order than that of the keys. */
export function lookupAll(contender: Contender, { shuffled }: Records): Awaitable<number> {
  return contender.lookup?.(shuffled) ?? 0;
}

/** Counts all, in that order. */
export function countAll(contender: Contender, { shuffled }: Records): Awaitable<number> {
  return contender.count?.(shuffled) ?? 0;
}

/** Records of a batch. */
export const BATCH = 100;

/** So many keys are in use at a time. */
export const HOT = 10_000;

/** Asks for some of the keys again and again, instead of for each once. */
export function hot(records: Records): Records {
  const { shuffled } = records;
  return { ...records, shuffled: shuffled.map((_, index) => shuffled[index % HOT] as string) };
}
