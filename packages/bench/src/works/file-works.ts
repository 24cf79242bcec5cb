import type { Contender } from "../contender.js";
import { dets } from "../contenders/erlang.js";
import { floor, floorSync } from "../contenders/floor.js";
import { classicLevel, classicLevelSync } from "../contenders/level.js";
import { lmdb, lmdbFlushed } from "../contenders/lmdb.js";
import { sqliteFull, sqliteNormal } from "../contenders/sqlite.js";
import {
  fileAtomic,
  fileInRam,
  fileOrderedSet,
  fileSet,
  fileSynced,
  fileUncached,
} from "../contenders/store.js";
import type { Records } from "../records.js";
import type { Work } from "../work.js";
import { BATCH, countAll, HOT, hot, insertAll, lookupAll, loop } from "./loop.js";

const PEERS = [sqliteNormal, classicLevel, lmdb, dets];
/** So many writes wait for the disk. */
const SYNCED = 1_000;

async function fill(contender: Contender, records: Records): Promise<void> {
  await contender.insertBatches?.(records, BATCH);
  await contender.settle?.();
}

/** Those that are to be read are in use. */
async function fillCache(contender: Contender, records: Records): Promise<void> {
  await fill(contender, records);
  await contender.lookup?.(records.shuffled.slice(0, HOT));
}

/** Counters on disk, of which those that are to be counted are in use. */
async function fillCounters(contender: Contender, { keys, shuffled }: Records): Promise<void> {
  await contender.count?.(keys);
  await contender.settle?.();
  await contender.count?.(shuffled.slice(0, HOT));
}

/** What tables on disk do. */
export const FILE_WORKS: readonly Work[] = [
  loop({
    name: "file insert",
    contenders: [fileSet, fileOrderedSet, fileInRam, floor, ...PEERS],
    erlang: "insert",
    grows: [fileSet, floor, sqliteNormal],
    run: insertAll,
  }),
  loop({
    name: "file insertMany",
    contenders: [fileSet, fileOrderedSet, floor, ...PEERS],
    erlang: "batches",
    grows: [fileSet, floor, sqliteNormal],
    async run(contender, records) {
      await contender.insertBatches?.(records, BATCH);
      return records.keys.length;
    },
  }),
  loop({
    name: "file lookup from disk",
    contenders: [fileUncached, floor, ...PEERS],
    erlang: "lookup",
    grows: [fileUncached, floor, sqliteNormal],
    prepare: fill,
    run: lookupAll,
    least: 90,
  }),
  loop({
    name: "file lookup in cache",
    contenders: [fileSet, fileInRam, lmdb, sqliteNormal, classicLevel],
    arrange: hot,
    prepare: fillCache,
    run: lookupAll,
    least: 90,
  }),
  loop({
    name: "file insert, on disk",
    contenders: [fileSynced, floorSync, sqliteFull, classicLevelSync, lmdbFlushed],
    records: SYNCED,
    run: insertAll,
  }),
  loop({
    name: "file updateCounter",
    contenders: [fileSet, floor, sqliteNormal, classicLevel, dets],
    erlang: "count",
    grows: [fileSet, floor, sqliteNormal],
    arrange: hot,
    prepare: fillCounters,
    run: countAll,
  }),
  loop({
    name: "file updateCounter, atomic",
    contenders: [fileAtomic],
    arrange: hot,
    prepare: fillCounters,
    run: countAll,
  }),
  loop({
    name: "file foldl",
    contenders: [fileSet, fileOrderedSet, floor, ...PEERS],
    erlang: "fold",
    grows: [fileSet, floor, sqliteNormal],
    prepare: fill,
    run: (contender) => contender.fold?.() ?? 0,
  }),
];
