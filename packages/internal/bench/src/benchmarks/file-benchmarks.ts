import type { Benchmark } from "../benchmark.js";
import type { Engine } from "../engine.js";
import { baseline, baselineSync } from "../engines/baseline.js";
import { dets } from "../engines/erlang.js";
import { classicLevel, classicLevelSync } from "../engines/level.js";
import { lmdb, lmdbFlushed } from "../engines/lmdb.js";
import { sqliteFull, sqliteNormal } from "../engines/sqlite.js";
import {
  fileAtomic,
  fileInRam,
  fileOrderedSet,
  fileSet,
  fileSynced,
  fileUncached,
} from "../engines/store.js";
import type { Records } from "../records.js";
import { BATCH, countAll, HOT, hot, insertAll, lookupAll, loop } from "./loop.js";

const PEERS = [sqliteNormal, classicLevel, lmdb, dets];
/** So many writes wait for the disk. */
const SYNCED = 1_000;

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

/** What tables on disk do. */
export const FILE_BENCHMARKS: readonly Benchmark[] = [
  loop({
    name: "file insert",
    engines: [fileSet, fileOrderedSet, fileInRam, baseline, ...PEERS],
    erlang: "insert",
    grows: [fileSet, baseline, sqliteNormal],
    run: insertAll,
  }),
  loop({
    name: "file insertMany",
    engines: [fileSet, fileOrderedSet, baseline, ...PEERS],
    erlang: "batches",
    grows: [fileSet, baseline, sqliteNormal],
    async run(engine, records) {
      await engine.insertBatches?.(records, BATCH);
      return records.keys.length;
    },
  }),
  loop({
    name: "file lookup from disk",
    engines: [fileUncached, baseline, ...PEERS],
    erlang: "lookup",
    grows: [fileUncached, baseline, sqliteNormal],
    prepare: fill,
    run: lookupAll,
    least: 90,
  }),
  loop({
    name: "file lookup in cache",
    engines: [fileSet, fileInRam, lmdb, sqliteNormal, classicLevel],
    arrange: hot,
    prepare: fillCache,
    run: lookupAll,
    least: 90,
  }),
  loop({
    name: "file insert, on disk",
    engines: [fileSynced, baselineSync, sqliteFull, classicLevelSync, lmdbFlushed],
    records: SYNCED,
    run: insertAll,
  }),
  loop({
    name: "file updateCounter",
    engines: [fileSet, baseline, sqliteNormal, classicLevel, dets],
    erlang: "count",
    grows: [fileSet, baseline, sqliteNormal],
    arrange: hot,
    prepare: fillCounters,
    run: countAll,
  }),
  loop({
    name: "file updateCounter, atomic",
    engines: [fileAtomic],
    arrange: hot,
    prepare: fillCounters,
    run: countAll,
  }),
  loop({
    name: "file foldl",
    engines: [fileSet, fileOrderedSet, baseline, ...PEERS],
    erlang: "fold",
    grows: [fileSet, baseline, sqliteNormal],
    prepare: fill,
    run: (engine) => engine.fold?.() ?? 0,
  }),
];
