import type { Key, StoreRecord, TableType } from "@store/core";
import type { OwnedTable } from "../../src/tables/owned-table.js";
import type { SharedTable } from "../../src/tables/shared-table.js";

/** Writes of the owner, each of which happens at once for readers. */
export type Writes = readonly ((table: OwnedTable) => void)[];
export type Read = (table: SharedTable) => unknown;

export interface Case {
  readonly type: TableType;
  readonly records: readonly StoreRecord[];
  /** What is changed before. */
  readonly prepare?: (table: OwnedTable) => void;
  readonly writes: Writes;
  readonly read: Read;
}

/** What a read came to, as text. */
export function shown(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}

/** Deletes the keys of {@link numbered} from one to before another. */
function thin(table: OwnedTable, from: number, to: number): void {
  for (let index = from; index < to; index++) table.delete(index * 2);
}

/** Of three full leaves, the first has 16 entries then, the second 31: when one more goes from the first, they are merged. */
function thinFirst(table: OwnedTable): void {
  thin(table, 3, 48);
  thin(table, 76, 106);
}

/** Likewise when one more goes from the second. */
function thinSecond(table: OwnedTable): void {
  thin(table, 8, 38);
  thin(table, 64, 109);
}

const numbered = (count: number, value: unknown = "v"): StoreRecord[] =>
  Array.from({ length: count }, (_, index) => [index * 2, value]);
const lookup =
  (key: Key): Read =>
  (table) =>
    table.lookup(key);

/**
 * A walk over eight records from a key on, upwards or downwards. It is of no one moment; so it says what is wrong with it:
 * records that nobody wrote, keys out of order, or one left out that was there throughout.
 */
const walking =
  (from: number, steady: readonly number[], reverse: boolean): Read =>
  (table) => {
    const bound = { key: from, inclusive: true };
    const bounds = reverse
      ? { lower: undefined, upper: bound }
      : { lower: bound, upper: undefined };
    const isBefore = (a: number, b: number) => (reverse ? a > b : a < b);
    const keys: number[] = [];
    const scan = table.scan({ ...bounds, reverse, limit: 8 }) as Iterable<[number, unknown]>;
    for (const [key, value] of scan) {
      if (value !== "v" && value !== "w") return `${key} has ${shown(value)}`;
      const last = keys.at(-1);
      if (last !== undefined && !isBefore(last, key)) return `${key} after ${last}`;
      if (keys.push(key) === 8) break;
    }
    const last = keys.at(-1) ?? from;
    const missing = steady.find((key) => isBefore(key, last) && !keys.includes(key));
    return missing === undefined ? "in order" : `${missing} is missing`;
  };
const walk = (from: number, steady: readonly number[]) => walking(from, steady, false);
const walkBack = (from: number, steady: readonly number[]) => walking(from, steady, true);
const even = (from: number, to: number) =>
  Array.from({ length: (to - from) / 2 }, (_, index) => from + 2 * index);

export const CASES: Readonly<Record<string, Case>> = {
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
  "somebody walks while a leaf is split for a record of its right half, and blocks are used again":
    {
      type: "ordered_set",
      records: numbered(150),
      prepare: (table) => table.insert([91, "w"]),
      writes: [
        (table) => table.insert([93, "w"]),
        ...even(100, 116).map((key) => (table: OwnedTable) => table.insert([key, "w"])),
        (table) => table.insert([299, { other: [1, 2, 3] }]),
      ],
      read: walk(98, even(98, 116)),
    },
  "somebody walks from leaf to leaf while they are merged, and a node is used elsewhere": {
    type: "ordered_set",
    records: numbered(184),
    prepare: thinFirst,
    writes: [
      (table) => table.delete(0),
      (table) => table.insert([401, "w"]),
      ...even(124, 136).map((key) => (table: OwnedTable) => table.insert([key, "w"])),
      (table) => table.insert([299, { other: [1, 2, 3] }]),
    ],
    read: walk(116, even(116, 140)),
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
  "a leaf is split while somebody walks back into it": {
    type: "ordered_set",
    records: numbered(150),
    writes: [(table) => table.insert([191, "w"]), (table) => table.insert([193, "w"])],
    read: walkBack(246, even(230, 248)),
  },
  "a leaf is merged into the one before it while somebody walks back into it, and a block used again":
    {
      type: "ordered_set",
      records: numbered(184),
      prepare: thinFirst,
      writes: [
        (table) => table.delete(0),
        (table) => table.delete(242),
        (table) => table.insert([1, "w"]),
      ],
      read: walkBack(246, [246, 244]),
    },
  "somebody walks in a leaf that is merged into the one before it, and blocks are used again": {
    type: "ordered_set",
    records: numbered(184),
    prepare: thinFirst,
    writes: [
      (table) => table.delete(0),
      ...even(216, 228).map((key) => (table: OwnedTable) => table.insert([key, "w"])),
      (table) => table.insert([299, { other: [1, 2, 3] }]),
    ],
    read: walk(214, even(214, 240)),
  },
  "somebody walks into a leaf that is merged into the one before it": {
    type: "ordered_set",
    records: numbered(184),
    prepare: thinSecond,
    writes: [(table) => table.delete(122)],
    read: walk(114, [114, 116, 118, 120, 124, 126]),
  },
  "somebody walks in the only leaf that is left while it becomes the root, and its records replaced":
    {
      type: "ordered_set",
      records: numbered(63),
      writes: [
        (table) => table.delete(124),
        (table) => table.delete(122),
        ...even(100, 116).map((key) => (table: OwnedTable) => table.insert([key, "w"])),
        (table) => table.insert([299, { other: [1, 2, 3] }]),
      ],
      read: walk(98, even(98, 116)),
    },
};
