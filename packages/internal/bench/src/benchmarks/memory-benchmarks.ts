import type { Benchmark } from "../benchmark.js";
import type { Engine } from "../engine.js";
import { ets, etsOrdered } from "../engines/erlang.js";
import { keyv } from "../engines/keyv.js";
import { memoryLevel } from "../engines/level.js";
import { map } from "../engines/map.js";
import { sortedBTree } from "../engines/sorted-btree.js";
import { sqliteMemory } from "../engines/sqlite.js";
import { memoryOrderedSet, memorySet } from "../engines/store.js";
import type { Records } from "../records.js";
import { countAll, insertAll, lookupAll, loop } from "./loop.js";

const SETS = [memorySet, map, sortedBTree, keyv, memoryLevel, sqliteMemory, ets];
const COUNTING = [memorySet, map, keyv, memoryLevel, sqliteMemory, ets];
const ORDERED = [memoryOrderedSet, sortedBTree, memoryLevel, sqliteMemory, etsOrdered];
const WALKING = [memoryOrderedSet, sortedBTree, sqliteMemory, etsOrdered];

const insert = async (engine: Engine, records: Records) => {
  await engine.insert?.(records);
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
    least: 90,
  }),
  loop({
    name: "memory updateCounter",
    engines: COUNTING,
    erlang: "count",
    grows: [memorySet, map],
    prepare: async (engine, { keys }) => {
      await engine.count?.(keys);
    },
    run: countAll,
  }),
  loop({
    name: "memory ordered insert",
    engines: ORDERED,
    erlang: "insert",
    grows: [memoryOrderedSet, sortedBTree],
    run: insertAll,
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
