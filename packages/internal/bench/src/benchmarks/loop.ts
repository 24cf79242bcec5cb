import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Benchmark, isErlang, type Measured, type Task } from "../benchmark.js";
import type { Awaitable, Engine, Setup } from "../engine.js";
import { type ErlangWorkload, measureErlang } from "../engines/erlang.js";
import { type Kind, makeRecords, type Records } from "../records.js";
import { timed } from "../stopwatch.js";

/** The warm-up has so many records at a time. */
const WARM_UP_RECORDS = 20_000;

/** A benchmark that is a loop over records. */
export interface Loop extends Pick<Benchmark, "name" | "engines" | "records" | "grows"> {
  readonly erlang?: ErlangWorkload;
  /** Default: objects. */
  readonly kind?: Kind;
  /** Measured as the first thing that a new process does, as a command-line program is. */
  readonly isCold?: boolean;
  /** What is read was written long ago: the warm-up has as many records, so that its tables are in files as well. */
  readonly isFlushed?: boolean;
  /** What the records are for this benchmark. */
  arrange?(records: Records): Records;
  /** Before the loop: nobody measures it. A loop that has this may run again on the same table. */
  prepare?(engine: Engine, records: Records): Awaitable<void>;
  /** Returns what shows that it was done: at least `records` times {@link least}. */
  run(engine: Engine, records: Records): Awaitable<number>;
  readonly least?: number;
}

/** Nanoseconds per record. */
export function loop(given: Loop): Benchmark {
  const {
    erlang,
    kind,
    isCold = false,
    isFlushed = false,
    prepare,
    run,
    least = 1,
    ...rest
  } = given;
  const { arrange = (records) => records, ...benchmark } = rest;

  async function begin(setup: Setup, task: Task): Promise<[Engine, Records]> {
    mkdirSync(task.directory, { recursive: true });
    const records = arrange(makeRecords(task.count, kind));
    const engine = await setup.open(task);
    engine.prepare?.(records);
    await prepare?.(engine, records);
    return [engine, records];
  }

  /**
   * Runs the loop on tables of a few records, as often as there is time. One that may run again on the same table has two,
   * half of the time each: an application has more than one as well.
   */
  async function warmUp(setup: Setup, task: Task): Promise<Engine[]> {
    const warm: Engine[] = [];
    const count = isFlushed ? task.count : Math.min(WARM_UP_RECORDS, task.count);
    const start = performance.now();
    const isOver = (share: number) => performance.now() - start >= share * task.warmUp;
    while (!isOver(1)) {
      const directory = join(task.directory, `warm-up-${warm.length}`);
      const [engine, records] = await begin(setup, { ...task, directory, count });
      const share = warm.length === 0 ? 1 / 2 : 1;
      do await run(engine, records);
      while (prepare !== undefined && !isOver(share));
      await engine.close();
      warm.push(engine);
    }
    return warm;
  }

  async function measure(setup: Setup, task: Task): Promise<Measured> {
    const [engine, records] = await begin(setup, task);
    let sum = 0;
    const { milliseconds, gcShare } = await timed(async () => {
      sum = await run(engine, records);
    });
    await engine.close();
    const { count } = task;
    if (sum < least * count)
      throw new Error(`${setup.title} has not done all of ${benchmark.name}`);
    return { value: (milliseconds * 1e6) / count, gcShare };
  }

  return {
    ...benchmark,
    unit: "ns",
    async measure(setup, task) {
      const { count, directory } = task;
      if (isErlang(setup)) {
        if (erlang === undefined) throw new Error(`${benchmark.name} isn't there in Erlang`);
        const records = arrange(makeRecords(count, kind));
        return { value: await measureErlang(setup, erlang, records, directory) };
      }
      const warm = isCold ? [] : await warmUp(setup, task);
      const measured = await measure(setup, { ...task, directory: join(directory, "measured") });
      // Kept until here: V8 drops compiled code together with the closures that it was made for.
      warm.length = 0;
      return measured;
    },
  };
}

/** Puts the records in, one call each. */
export async function insertAll(engine: Engine, records: Records): Promise<number> {
  await engine.insert?.(records);
  return records.keys.length;
}

/** Puts the records in, {@link BATCH} at a time. */
export async function insertInBatches(engine: Engine, records: Records): Promise<number> {
  await engine.insertBatches?.(records, BATCH);
  return records.keys.length;
}

/** Reads all, in another order than that of the keys. */
export function lookupAll(engine: Engine, { shuffled }: Records): Awaitable<number> {
  return engine.lookup?.(shuffled) ?? 0;
}

/** Asks for as many keys as there are, none of which is there: each between two that are. */
export function missAll(engine: Engine, { shuffled }: Records): Awaitable<number> {
  return engine.miss?.(shuffled.map((key) => `${key}x`)) ?? 0;
}

/** Counts all, in that order. */
export function countAll(engine: Engine, { shuffled }: Records): Awaitable<number> {
  return engine.count?.(shuffled) ?? 0;
}

/** What {@link sizeOf} of an object says at least. */
export const LEAST = 35;

/** Records of a batch. */
export const BATCH = 100;

/** So many keys are in use at a time. */
export const HOT = 10_000;

/** Asks for some of the keys again and again, instead of for each once. */
export function hot(records: Records): Records {
  const { shuffled } = records;
  return { ...records, shuffled: shuffled.map((_, index) => shuffled[index % HOT] as string) };
}
