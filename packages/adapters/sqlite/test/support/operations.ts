import { _, type Key, type StoreRecord, type TableType } from "@store/core";
import type { Random } from "./random.js";

/** A call of a table's member. */
export interface Operation {
  readonly member: string;
  readonly args: readonly unknown[];
}

const LONG_AGO = 1_000;
const FAR_AHEAD = 4_102_444_800_000;

/** Values of every kind, some of which are equal to others, and some long. */
const VALUES: readonly unknown[] = [
  0,
  1,
  -0,
  Number.NaN,
  5n,
  "text",
  "\ud800",
  null,
  undefined,
  { b: 1, a: [2] },
  { a: [2], b: 1 },
  new Map<unknown, unknown>([["x", 1]]),
  new Set([1, 2]),
  new Set([2, 1]),
  new Date(0),
  Uint8Array.of(0, 255),
  Object.assign(Object.create(null), { bare: true }),
  "long ".repeat(400),
];

const KEYS: readonly Key[] = [
  ...Array.from({ length: 30 }, (_value, index) => index),
  ...Array.from({ length: 20 }, (_value, index) => ["r", index] as const),
  ["r"],
  ["r", 3, "x"],
  ["r", 3n],
  ["r", 2.5],
  "a",
  "ab",
  "b\0",
  5n,
  1.5,
  -7,
  null,
  true,
  Uint8Array.of(1),
  Uint8Array.of(1, 0),
];

/** A random operation for a table of a type; the same for the same random numbers. */
export function randomOperation(random: Random, type: TableType): Operation {
  const isBag = type === "bag" || type === "duplicate_bag";
  const member = random.of(isBag ? COMMON : type === "set" ? OF_SETS : OF_ORDERED);
  return { member, args: argsOf(member, random) };
}

const COMMON = [
  "insert",
  "insert",
  "insert",
  "insertMany",
  "insertNew",
  "insertNewMany",
  "lookup",
  "lookupMany",
  "member",
  "take",
  "delete",
  "deleteMany",
  "deleteObject",
  "expire",
  "expiresAt",
  "matchObject",
  "matchDelete",
  "count",
];
const OF_SETS = [...COMMON, "replace", "updateElement", "updateCounter", "updateCounter"];
const OF_ORDERED = [
  ...OF_SETS,
  "append",
  "append",
  "deleteRange",
  "first",
  "last",
  "next",
  "prev",
  "nextLookup",
  "prevLookup",
  "firstLookup",
  "lastLookup",
  "records",
  "keys",
];

function argsOf(member: string, random: Random): readonly unknown[] {
  const key = () => random.of(KEYS);
  const record = (): StoreRecord => [key(), random.of(VALUES)];
  switch (member) {
    case "insert":
    case "insertNew":
      return [record(), ...moment(random)];
    case "insertMany":
    case "insertNewMany":
      return [random.list(6, record), ...moment(random)];
    case "lookupMany":
    case "deleteMany":
      return [random.list(6, key)];
    case "deleteObject":
      return [record()];
    case "replace": {
      const [place, value] = record();
      return [[place, value], [place, random.of(VALUES)], ...moment(random)];
    }
    case "updateElement":
      return [key(), [2, random.of(VALUES)]];
    case "updateCounter":
      return [key(), 1, [0, 0]];
    case "append":
      return [random.of([null, ["r"], ["new", 1n]]), random.of(VALUES)];
    case "expire":
      return [key(), random.of([null, LONG_AGO, FAR_AHEAD])];
    case "matchObject":
    case "matchDelete":
      return [[random.of([key(), ["r", _]]), random.of([random.of(VALUES), _])]];
    case "deleteRange":
      return [{ ...range(random), limit: random.below(4) }];
    case "records":
    case "keys":
      return [range(random)];
    case "count":
    case "first":
    case "last":
    case "firstLookup":
    case "lastLookup":
      return [];
    default:
      return [key()];
  }
}

function moment(random: Random): readonly { expiresAt: number }[] {
  const expiresAt = random.of([undefined, undefined, undefined, LONG_AGO, FAR_AHEAD]);
  return expiresAt === undefined ? [] : [{ expiresAt }];
}

function range(random: Random): object {
  const bound = random.of(["gt", "gte", "lt", "lte"]);
  return random.of([
    { [bound]: random.of(KEYS), reverse: random.below(2) === 0, limit: random.below(20) },
    { prefix: random.of([["r"], ["r", 3], "a", Uint8Array.of(1)]) },
    {},
  ]);
}
