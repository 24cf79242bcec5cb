import type { Contender } from "../contender.js";
import { ets, etsOrdered } from "../contenders/erlang.js";
import { keyv } from "../contenders/keyv.js";
import { memoryLevel } from "../contenders/level.js";
import { map } from "../contenders/map.js";
import { sortedBTree } from "../contenders/sorted-btree.js";
import { sqliteMemory } from "../contenders/sqlite.js";
import { memoryOrderedSet, memorySet } from "../contenders/store.js";
import type { Records } from "../records.js";
import type { Work } from "../work.js";
import { countAll, insertAll, lookupAll, loop } from "./loop.js";

const SETS = [memorySet, map, sortedBTree, keyv, memoryLevel, sqliteMemory, ets];
const COUNTING = [memorySet, map, keyv, memoryLevel, sqliteMemory, ets];
const ORDERED = [memoryOrderedSet, sortedBTree, memoryLevel, sqliteMemory, etsOrdered];
const WALKING = [memoryOrderedSet, sortedBTree, sqliteMemory, etsOrdered];

const insert = async (contender: Contender, records: Records) => {
  await contender.insert?.(records);
};

/** What tables in memory do. */
export const MEMORY_WORKS: readonly Work[] = [
  loop({
    name: "memory insert",
    contenders: SETS,
    erlang: "insert",
    grows: [memorySet, map],
    run: insertAll,
  }),
  loop({
    name: "memory lookup",
    contenders: SETS,
    erlang: "lookup",
    grows: [memorySet, map],
    prepare: insert,
    run: lookupAll,
    least: 90,
  }),
  loop({
    name: "memory updateCounter",
    contenders: COUNTING,
    erlang: "count",
    grows: [memorySet, map],
    prepare: async (contender, { keys }) => {
      await contender.count?.(keys);
    },
    run: countAll,
  }),
  loop({
    name: "memory ordered insert",
    contenders: ORDERED,
    erlang: "insert",
    grows: [memoryOrderedSet, sortedBTree],
    run: insertAll,
  }),
  loop({
    name: "memory ordered random insert",
    contenders: ORDERED,
    erlang: "random insert",
    grows: [memoryOrderedSet, sortedBTree],
    run: (contender, records) => insertAll(contender, { ...records, keys: records.shuffled }),
  }),
  loop({
    name: "memory next walk",
    contenders: WALKING,
    erlang: "walk",
    grows: [memoryOrderedSet, sortedBTree],
    prepare: insert,
    run: (contender) => contender.walk?.() ?? 0,
  }),
];
