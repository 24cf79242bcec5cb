import { toolkit } from "@store/core";
import { SharedBackend } from "../../src/shared/shared-backend.js";
import { acquireMemory, releaseMemory } from "../../src/shared/thread-memory.js";
import type { OwnedTable } from "../../src/tables/owned-table.js";
import { SharedTable } from "../../src/tables/shared-table.js";
import { placeOf, TableAccess } from "../../src/tables/table-access.js";
import { watchNodes } from "./lock-rules.js";
import { type Case, shown } from "./model-cases.js";
import { type Explored, recordStores, SimulatedMemory } from "./simulated-memory.js";

/** What came of a case. */
export interface Checked extends Explored {
  /** What a read found that no state of the table has. */
  readonly illegal: readonly string[];
  readonly found: readonly string[];
  readonly stores: number;
  /** Which rules the owner's stores have broken. */
  readonly broken: readonly string[];
}

/**
 * The read in its interleavings with the writes, those with the fewest turns from one thread to the other first.
 * @param most interleavings
 * @param isOver asked after each with what was found so far
 */
export function check(
  { type, records, prepare, writes, read }: Case,
  most: number,
  isOver: (illegal: boolean) => boolean = () => false,
): Checked {
  const memory = acquireMemory();
  const watch = watchNodes(memory);
  const backend = withoutChance(() => new SharedBackend({ atomicCounters: false }, toolkit));
  try {
    const table = withoutChance(() => backend.openTable("d", "t", type)) as OwnedTable;
    for (const record of records) table.insert(record);
    prepare?.(table);
    // Nothing may grow, or come from the pools, while stores are recorded as those of words that are there.
    memory.nodes.reserve(64);
    memory.allocator.ensure(4_096);
    const base = memory.arena.words.slice();
    const legal = new Set([shown(read(table))]);
    const stores = recordStores(
      memory.arena,
      () => {
        for (const write of writes) {
          watch.begin();
          write(table);
          legal.add(shown(read(table)));
        }
      },
      watch.beforeStore,
    );
    watch.end();
    const simulated = new SimulatedMemory(memory.arena.buffer, base, stores);
    const rules = { closed: () => new Error("closed"), look: () => {} };
    const place = placeOf(memory.arena, table.headerAddress, false);
    const found = new Set<string>();
    // Made before the memory is simulated: what never changes in a header is read once.
    const access = new TableAccess(simulated.arena, place, rules);
    const shared = new SharedTable(access, table.headerAddress);
    let isIllegal = false;
    const run = () => {
      let came: string;
      try {
        came = shown(read(shared));
      } catch (error) {
        came = `error: ${String(error)}`;
      }
      found.add(came);
      isIllegal ||= !legal.has(came);
    };
    const explored = simulated.explore(run, most, () => isOver(isIllegal));
    const illegal = [...found].filter((each) => !legal.has(each));
    return { ...explored, illegal, found: [...found], stores: stores.length, broken: watch.broken };
  } finally {
    watch.stop();
    backend.close();
    releaseMemory();
  }
}

/** The same each time: a seed of hashes is drawn by lot. */
function withoutChance<T>(run: () => T): T {
  const { random } = Math;
  Math.random = () => 0.42;
  try {
    return run();
  } finally {
    Math.random = random;
  }
}
