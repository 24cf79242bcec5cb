import type { Benchmark } from "../benchmark.js";
import type { Engine } from "../engine.js";
import { baseline, baselineSync } from "../engines/baseline.js";
import { dets } from "../engines/erlang.js";
import { classicLevel, classicLevelSync } from "../engines/level.js";
import { lmdb, lmdbFlushed } from "../engines/lmdb.js";
import { sqliteFull, sqliteNormal } from "../engines/sqlite.js";
import {
  fileAtomic,
  fileCallers,
  fileInRam,
  fileOrderedSet,
  fileSet,
  fileSynced,
  fileUncached,
} from "../engines/store.js";
import type { Records } from "../records.js";
import {
  BATCH,
  countAll,
  HOT,
  hot,
  insertAll,
  insertInBatches,
  LEAST,
  type Loop,
  lookupAll,
  loop,
  missAll,
} from "./loop.js";

const PEERS = [sqliteNormal, classicLevel, lmdb, dets];
/** So many records are read in order. */
const RANGE = 1_000;
/** So many writes wait for the disk. */
const SYNCED = 1_000;
const MANY_SYNCED = 10_000;

async function fill(engine: Engine, records: Records): Promise<void> {
  await engine.insertBatches?.(records, BATCH);
  await engine.settle?.();
}

/** Those that are to be read are in use. */
async function fillCache(engine: Engine, records: Records): Promise<void> {
  await fill(engine, records);
  await engine.lookup?.(records.shuffled.slice(0, HOT));
}

/** Counters on disk, of which those that are to be counted are in use. */
async function fillCounters(engine: Engine, { keys, shuffled }: Records): Promise<void> {
  await engine.count?.(keys);
  await engine.settle?.();
  await engine.count?.(shuffled.slice(0, HOT));
}

/** Each once, of objects and warm. */
const LOOPS: readonly Loop[] = [
  {
    name: "file insert",
    engines: [fileSet, fileOrderedSet, fileInRam, baseline, ...PEERS],
    erlang: "insert",
    grows: [fileSet, baseline, sqliteNormal],
    run: insertAll,
  },
  {
    name: "file insertMany",
    engines: [fileSet, fileOrderedSet, baseline, ...PEERS],
    erlang: "batches",
    grows: [fileSet, baseline, sqliteNormal],
    run: insertInBatches,
  },
  {
    name: "file lookup from disk",
    engines: [fileSet, fileUncached, baseline, ...PEERS],
    erlang: "lookup",
    grows: [fileSet, fileUncached, baseline, sqliteNormal, classicLevel],
    isFlushed: true,
    prepare: fill,
    run: lookupAll,
    least: LEAST,
  },
  {
    name: "file lookup in cache",
    engines: [fileSet, fileInRam, lmdb, sqliteNormal, classicLevel],
    arrange: hot,
    prepare: fillCache,
    run: lookupAll,
    least: LEAST,
  },
  {
    name: "file insert, on disk",
    engines: [fileSynced, baselineSync, sqliteFull, classicLevelSync, lmdbFlushed],
    records: SYNCED,
    run: insertAll,
  },
  {
    name: "file insert, on disk, by many callers",
    engines: [fileCallers, fileSynced, sqliteFull],
    records: MANY_SYNCED,
    run: insertAll,
  },
  {
    name: "file updateCounter",
    engines: [fileSet, baseline, sqliteNormal, classicLevel, dets],
    erlang: "count",
    grows: [fileSet, baseline, sqliteNormal],
    arrange: hot,
    prepare: fillCounters,
    run: countAll,
  },
  {
    name: "file updateCounter, atomic",
    engines: [fileAtomic],
    arrange: hot,
    prepare: fillCounters,
    run: countAll,
  },
  {
    name: "file foldl",
    engines: [fileSet, fileOrderedSet, baseline, ...PEERS],
    erlang: "fold",
    grows: [fileSet, baseline, sqliteNormal],
    isFlushed: true,
    prepare: fill,
    run: (engine) => engine.fold?.() ?? 0,
  },
  {
    name: "file member, absent",
    engines: [fileSet, lmdb, sqliteNormal, classicLevel],
    isFlushed: true,
    prepare: fill,
    run: missAll,
  },
  {
    name: `file records, ${RANGE} in a range`,
    engines: [fileOrderedSet, lmdb, sqliteNormal, classicLevel],
    isFlushed: true,
    async prepare(engine, records) {
      await fill(engine, { ...records, keys: records.shuffled });
    },
    async run(engine, { keys }) {
      const starts = keys.filter((_, index) => index % RANGE === 0);
      return (await engine.range?.(starts, RANGE)) ?? 0;
    },
  },
];

/** Those that are measured again: of texts, and cold. */
const AGAIN = ["file insert", "file insertMany", "file lookup in cache", "file foldl"];
const [TEXTS, COLD] = [
  { suffix: "texts", kind: "texts" },
  { suffix: "cold", isCold: true },
] as const;

/** What tables on disk do. */
export const FILE_BENCHMARKS: readonly Benchmark[] = [
  ...LOOPS,
  ...[TEXTS, COLD].flatMap(({ suffix, ...how }) =>
    LOOPS.filter(({ name }) => AGAIN.includes(name)).map(
      ({ grows: _, ...given }): Loop => ({
        ...given,
        ...how,
        name: `${given.name}, ${suffix}`,
        engines: [fileSet, lmdb, sqliteNormal, classicLevel],
      }),
    ),
  ),
].map(loop);
