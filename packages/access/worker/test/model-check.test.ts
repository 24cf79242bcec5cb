import { type Key, type StoreRecord, type TableType, toolkit } from "@store/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { SharedBackend } from "../src/shared/shared-backend.js";
import { acquireMemory, releaseMemory } from "../src/shared/thread-memory.js";
import type { OwnedTable } from "../src/tables/owned-table.js";
import { SharedTable } from "../src/tables/shared-table.js";
import { placeOf, TableAccess } from "../src/tables/table-access.js";
import { TreeReader } from "../src/tree/tree-reader.js";
import { recordStores, SimulatedMemory } from "./support/simulated-memory.js";

/** Writes of the owner, each of which happens at once for readers. */
type Writes = readonly ((table: OwnedTable) => void)[];
type Read = (table: SharedTable) => unknown;

interface Case {
  readonly type: TableType;
  readonly records: readonly StoreRecord[];
  /** What is changed before. */
  readonly prepare?: (table: OwnedTable) => void;
  readonly writes: Writes;
  readonly read: Read;
}

/** All interleavings of the read with the writes: what it returned, and how many there were. */
function check({ type, records, prepare, writes, read }: Case, most: number) {
  const memory = acquireMemory();
  const backend = new SharedBackend({ atomicCounters: false }, toolkit);
  onTestFinished(() => {
    backend.close();
    releaseMemory();
  });
  const table = backend.openTable("d", "t", type) as OwnedTable;
  for (const record of records) table.insert(record);
  prepare?.(table);
  // Nothing may grow, or come from the pools, while stores are recorded as those of words that are there.
  memory.nodes.reserve(64);
  memory.allocator.ensure(4_096);
  const base = memory.arena.words.slice();
  const legal = new Set([shown(read(table))]);
  const stores = recordStores(memory.arena, () => {
    for (const write of writes) {
      write(table);
      legal.add(shown(read(table)));
    }
  });
  const simulated = new SimulatedMemory(memory.arena.buffer, base, stores);
  const rules = {
    closed: () => new Error("closed"),
    look: () => {},
  };
  const place = placeOf(memory.arena, table.headerAddress, false);
  const found = new Set<string>();
  // Made before the memory is simulated: what never changes in a header is read once.
  const shared = new SharedTable(
    new TableAccess(simulated.arena, place, rules),
    table.headerAddress,
  );
  const run = () => {
    try {
      found.add(shown(read(shared)));
    } catch (error) {
      found.add(`error: ${String(error)}`);
    }
  };
  const runs = simulated.explore(run, most);
  // Where these are not all, they are alike: others by lot.
  if (runs === most) simulated.sample(run, most, randomFrom(1));
  const illegal = [...found].filter((each) => !legal.has(each));
  return { runs, illegal, found: [...found], legal: [...legal], stores: stores.length };
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Deletes the keys of {@link numbered} from one to before another. */
function thin(table: OwnedTable, from: number, to: number): void {
  for (let index = from; index < to; index++) table.delete(index * 2);
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}

const numbered = (count: number, value: unknown = "v"): StoreRecord[] =>
  Array.from({ length: count }, (_, index) => [index * 2, value]);
const lookup =
  (key: Key): Read =>
  (table) =>
    table.lookup(key);

/**
 * A walk over eight records from a key on. It is of no one moment; so it says what is wrong with it: records that nobody
 * wrote, keys that don't ascend, or one left out that was there throughout.
 */
const walk =
  (from: number, steady: readonly number[]): Read =>
  (table) => {
    const range = { lower: { key: from, inclusive: true }, upper: undefined, reverse: false };
    const keys: number[] = [];
    for (const [key, value] of table.scan({ ...range, limit: 8 }) as Iterable<[number, unknown]>) {
      if (value !== "v" && value !== "w") return `${key} has ${shown(value)}`;
      if (key <= (keys.at(-1) ?? -1)) return `${key} after ${keys.at(-1)}`;
      if (keys.push(key) === 8) break;
    }
    const last = keys.at(-1) ?? 0;
    const missing = steady.find((key) => key >= from && key < last && !keys.includes(key));
    return missing === undefined ? "in order" : `${missing} is missing`;
  };
const even = (from: number, to: number) =>
  Array.from({ length: (to - from) / 2 }, (_, index) => from + 2 * index);

const CASES: Readonly<Record<string, Case>> = {
  "a record is replaced, twice, and its block used again": {
    type: "set",
    records: [
      ["a", "one"],
      ["b", "two"],
    ],
    writes: [
      (table) => table.insert(["a", "1ne"]),
      (table) => table.insert(["b", "2wo"]),
      (table) => table.insert(["a", "One"]),
    ],
    read: lookup("a"),
  },
  "a record is deleted, and another takes its block": {
    type: "ordered_set",
    records: [
      ["a", "one"],
      ["b", "two"],
      ["c", "three"],
    ],
    writes: [(table) => table.delete("b"), (table) => table.insert(["d", "fou"])],
    read: lookup("b"),
  },
  "a record comes and goes before the one that is read": {
    type: "ordered_set",
    records: [
      ["b", 1],
      ["c", 2],
      ["d", 3],
    ],
    writes: [(table) => table.insert(["a", 0]), (table) => table.delete("a")],
    read: lookup("c"),
  },
  "two records change at once": {
    type: "set",
    records: [
      ["a", 1],
      ["b", 1],
    ],
    writes: [
      (table) =>
        table.insertMany([
          ["a", 2],
          ["b", 2],
        ]),
    ],
    // Read one after the other, so that b may be later, and never earlier.
    read: (table) => Number(table.lookup("a")[0]?.[1]) <= Number(table.lookup("b")[0]?.[1]),
  },
  "a leaf is split": {
    type: "ordered_set",
    records: numbered(62),
    writes: [(table) => table.insert([61, "new"])],
    read: lookup(80),
  },
  "a leaf is split, and its neighbour sought": {
    type: "ordered_set",
    records: numbered(62),
    writes: [(table) => table.insert([59, "new"])],
    read: (table) => table.next(60),
  },
  "leaves are merged, and the root shrinks": {
    type: "ordered_set",
    records: numbered(63),
    writes: [(table) => void table.deleteMany(Array.from({ length: 48 }, (_, index) => index * 2))],
    read: lookup(110),
  },
  "the only entries of a leaf go, one by one, and a step goes by": {
    type: "ordered_set",
    records: numbered(64),
    writes: [
      (table) => table.delete(126),
      (table) => table.delete(124),
      (table) => table.delete(122),
    ],
    read: (table) => table.prev(1_000),
  },
  "a record joins those of its key, and the first goes": {
    type: "bag",
    records: [
      ["k", 1],
      ["k", 2],
    ],
    writes: [(table) => table.insert(["k", 3]), (table) => void table.deleteObjects([["k", 1]])],
    read: lookup("k"),
  },
  "the middle of a key's records goes, and its block is used again": {
    type: "duplicate_bag",
    records: [
      ["k", 1],
      ["k", 2],
      ["k", 3],
    ],
    writes: [(table) => void table.deleteObjects([["k", 2]]), (table) => table.insert(["k", 4])],
    read: lookup("k"),
  },
  "a leaf among others is split": {
    type: "ordered_set",
    records: numbered(150),
    writes: [(table) => table.insert([31, "new"]), (table) => table.insert([33, "new"])],
    read: lookup(100),
  },
  "a leaf is merged into the one before it, and its node used again": {
    type: "ordered_set",
    records: numbered(150),
    prepare: (table) => {
      thin(table, 3, 47);
      thin(table, 63, 108);
    },
    writes: [
      (table) => table.delete(0),
      (table) => table.delete(2),
      (table) => table.delete(4),
      (table) => table.insert([401, "new"]),
    ],
    read: lookup(220),
  },
  "a leaf is merged while somebody steps into it": {
    type: "ordered_set",
    records: numbered(150),
    prepare: (table) => {
      thin(table, 3, 47);
      thin(table, 63, 108);
    },
    writes: [(table) => thin(table, 0, 3), (table) => table.delete(216)],
    read: (table) => table.next(120),
  },
  "everything of a large table goes, and other records come": {
    type: "ordered_set",
    records: numbered(150),
    writes: [(table) => table.deleteAllObjects(), (table) => table.insert([201, "new"])],
    read: lookup(200),
  },
  "somebody walks while a leaf is split, and what was moved replaced": {
    type: "ordered_set",
    records: numbered(150),
    writes: [
      (table) => table.insert([31, "w"]),
      (table) => table.insert([33, "w"]),
      ...even(100, 116).map((key) => (table: OwnedTable) => table.insert([key, "w"])),
      (table) => table.insert([299, { other: [1, 2, 3] }]),
    ],
    read: walk(98, even(98, 240)),
  },
  "somebody walks from leaf to leaf while they are merged, and a node is used elsewhere": {
    type: "ordered_set",
    records: numbered(184),
    prepare: (table) => {
      thin(table, 3, 58);
      thin(table, 70, 122);
    },
    writes: [
      (table) => thin(table, 0, 3),
      (table) => table.insert([401, "w"]),
      ...even(124, 136).map((key) => (table: OwnedTable) => table.insert([key, "w"])),
      (table) => table.insert([299, { other: [1, 2, 3] }]),
    ],
    read: walk(116, even(116, 140)),
  },
  "somebody walks in a leaf that is merged into another, and its records replaced": {
    type: "ordered_set",
    records: numbered(184),
    prepare: (table) => {
      thin(table, 3, 58);
      thin(table, 70, 122);
    },
    writes: [
      (table) => thin(table, 0, 3),
      ...even(124, 136).map((key) => (table: OwnedTable) => table.insert([key, "w"])),
      (table) => table.insert([299, { other: [1, 2, 3] }]),
    ],
    read: walk(122, even(122, 140)),
  },
  "somebody walks while everything goes, and other records come": {
    type: "ordered_set",
    records: numbered(150),
    writes: [
      (table) => table.deleteAllObjects(),
      ...even(0, 8).map((key) => (table: OwnedTable) => table.insert([key + 1, { other: key }])),
      ...even(0, 8).map((key) => (table: OwnedTable) => table.delete(key + 1)),
    ],
    read: walk(116, []),
  },
  "everything goes, and other records come": {
    type: "set",
    records: [
      ["a", "one"],
      ["b", "two"],
    ],
    writes: [(table) => table.deleteAllObjects(), (table) => table.insert(["b", "new"])],
    read: lookup("b"),
  },
};

describe("a lock-free read, in all interleavings with the stores of a writer", () => {
  for (const [title, each] of Object.entries(CASES)) {
    test(`${title}: sees what was there before a write or after it`, () => {
      const most = partOf(1_000, 1_000_000);
      const { runs, illegal, found, stores } = check(each, most);
      expect(illegal).toEqual([]);
      expect(stores).toBeGreaterThan(3);
      expect(found.length).toBeGreaterThan(0);
      expect(runs).toBeGreaterThan(1);
      console.log(
        `${title}: ${stores} stores, ${runs}${runs === most ? " (not all)" : ""} interleavings`,
      );
    });
  }

  test("a reader that doesn't look at the versions again sees what never was", () => {
    const { isValid } = TreeReader.prototype;
    TreeReader.prototype.isValid = () => true;
    onTestFinished(() => {
      TreeReader.prototype.isValid = isValid;
    });
    const found = Object.values(CASES).filter((each) => check(each, 300).illegal.length > 0);
    console.log(`without a second look: ${found.length} of ${Object.keys(CASES).length} cases`);
    expect(found.length).toBeGreaterThan(5);
  });
});
