import type { Benchmark } from "../benchmark.js";
import type { Engine } from "../engine.js";
import { ets, etsOrdered, etsOrderedTuned, etsTuned } from "../engines/erlang.js";
import { keyv } from "../engines/keyv.js";
import { memoryLevel } from "../engines/level.js";
import { map } from "../engines/map.js";
import { sortedBTree } from "../engines/sorted-btree.js";
import { sqliteMemory } from "../engines/sqlite.js";
import { memoryOrderedSet, memorySet } from "../engines/store.js";
import { type Records, readAnew } from "../records.js";
import { countAll, insertAll, insertInBatches, LEAST, lookupAll, loop } from "./loop.js";

const SETS = [memorySet, map, sortedBTree, keyv, memoryLevel, sqliteMemory, ets, etsTuned];
const COUNTING = [memorySet, map, keyv, memoryLevel, sqliteMemory, ets, etsTuned];
const ORDERED = [
  memoryOrderedSet,
  sortedBTree,
  memoryLevel,
  sqliteMemory,
  etsOrdered,
  etsOrderedTuned,
];
const WALKING = [memoryOrderedSet, sortedBTree, sqliteMemory, etsOrdered];
/** Those that are compared in what isn't the main row. */
const CLOSE = [memorySet, map, ets];

const insert = async (engine: Engine, records: Records) => {
  await engine.insert?.(records);
};

const insertCounters = async (engine: Engine, { keys }: Records) => {
  await engine.count?.(keys);
};

/** What tables in memory do. */
export const MEMORY_BENCHMARKS: readonly Benchmark[] = [
  loop({
    name: "memory insert",
    engines: SETS,
    erlang: "insert",
    grows: [memorySet, map],
    run: insertAll,
  }),
  loop({
    name: "memory lookup",
    engines: SETS,
    erlang: "lookup",
    grows: [memorySet, map],
    prepare: insert,
    run: lookupAll,
    least: LEAST,
  }),
  loop({
    name: "memory updateCounter",
    engines: COUNTING,
    erlang: "count",
    grows: [memorySet, map],
    prepare: insertCounters,
    run: countAll,
  }),
  loop({
    name: "memory insert, texts",
    kind: "texts",
    engines: CLOSE,
    erlang: "insert",
    run: insertAll,
  }),
  loop({
    name: "memory lookup, texts",
    kind: "texts",
    engines: CLOSE,
    erlang: "lookup",
    prepare: insert,
    run: lookupAll,
    least: 90,
  }),
  loop({
    name: "memory lookup, keys read anew",
    engines: CLOSE,
    erlang: "lookup",
    arrange: readAnew,
    prepare: insert,
    run: lookupAll,
    least: LEAST,
  }),
  loop({ name: "memory insert, cold", isCold: true, engines: [memorySet, map], run: insertAll }),
  loop({
    name: "memory lookup, cold",
    isCold: true,
    engines: [memorySet, map],
    prepare: insert,
    run: lookupAll,
    least: LEAST,
  }),
  loop({
    name: "memory updateCounter, cold",
    isCold: true,
    engines: [memorySet, map],
    prepare: insertCounters,
    run: countAll,
  }),
  loop({
    name: "memory insertMany",
    engines: [memorySet, ets],
    erlang: "batches",
    run: insertInBatches,
  }),
  loop({
    name: "memory ordered insert",
    engines: ORDERED,
    erlang: "insert",
    grows: [memoryOrderedSet, sortedBTree],
    run: insertAll,
  }),
  loop({
    name: "memory ordered random lookup",
    engines: ORDERED,
    erlang: "lookup",
    prepare: insert,
    run: lookupAll,
    least: LEAST,
  }),
  loop({
    name: "memory ordered random insert",
    engines: ORDERED,
    erlang: "random insert",
    grows: [memoryOrderedSet, sortedBTree],
    run: (engine, records) => insertAll(engine, { ...records, keys: records.shuffled }),
  }),
  loop({
    name: "memory next walk",
    engines: WALKING,
    erlang: "walk",
    grows: [memoryOrderedSet, sortedBTree],
    prepare: insert,
    run: (engine) => engine.walk?.() ?? 0,
  }),
];
