import type { Store, StoreRecord, Table, TableType } from "@store/core";

/** How a data directory was left. */
export type GoldenEnd =
  /** It was closed. */
  | "closed"
  /** Its process was killed, and the last frame isn't whole. */
  | "torn"
  /** It was written anew, went on, and was closed: there are two runs. */
  | "compacted";

export const GOLDEN_ENDS: readonly GoldenEnd[] = ["closed", "torn", "compacted"];

/** Each directory has a table of each type, by the name of its type. */
export const GOLDEN_TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];

/** Records with this key have {@link GOLDEN_MOMENT}. */
export const EXPIRING_KEY = "~expiring";
/** In the year 2200. */
export const GOLDEN_MOMENT = 7_258_118_400_000;

const bare = (members: object): object => Object.assign(Object.create(null), members);
const proto: unknown = JSON.parse('{"__proto__":{"a":1},"b":2}');

/** Of every kind of value, in keys and elsewhere; in the order of keys. */
const exotic: readonly StoreRecord[] = [
  [null, undefined, null, true, false],
  [false, []],
  [true, {}],
  [Number.NEGATIVE_INFINITY, Number.NaN, -0, 0, Number.POSITIVE_INFINITY],
  [-(2n ** 70n), 2n ** 64n, -1n, 0n],
  [-129, -32, -128, -32_769, -(2 ** 31), -(2 ** 31) - 1],
  [0, 1.5, 5e-324, 2 ** 53 - 1, 2 ** 32],
  [1, 127, 128, 65_536],
  [1n, 2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n)],
  [17.25, "float"],
  ["", "", "\0", "é中😀"],
  ["__proto__", proto, bare({ __proto__: null, a: bare({}) })],
  ["key", { nested: { list: [1, [2, [3]]], "": null }, "\ud800": "name" }],
  ["long", "x".repeat(300), Array.from({ length: 20 }, (_, index) => index)],
  ["\ud83d", "\ude00 alone", "\ufeffmark"],
  [new Uint8Array(), new Uint8Array([0, 255])],
  [new Uint8Array([1, 2]), new Date(0), new Date(-1.5e12), new Date(Number.NaN)],
  [[], "an empty tuple"],
  [
    ["run", 1, 2n, null],
    new Map<unknown, unknown>([
      [{ a: 1 }, new Set([1, "1", 1n])],
      [new Map(), 0],
    ]),
  ],
  [["run", [true, new Uint8Array([7])]], new Set([new Date(1), undefined, -0])],
];

/** A life of which the exotic records are left. */
function live(table: Table<StoreRecord>): void {
  table.insert(["gone", 1]);
  table.insertMany(exotic.slice(0, 12));
  table.delete("gone");
  for (const record of exotic.slice(12)) table.insert(record);
  if (!table.type.endsWith("bag")) {
    table.insert(["", "replaced at once"]);
    table.insert(["", "", "\0", "é中😀"]);
  }
  table.sync();
}

/** Two records that are equal, one that was deleted by its content, and one of the same key that stays. */
function duplicate(table: Table<StoreRecord>): void {
  table.insertMany([
    ["~dup", 1],
    ["~dup", 2],
    ["~dup", 1],
  ]);
  table.deleteObject(["~dup", 2]);
}

const bags = new Map<TableType, readonly StoreRecord[]>([
  ["bag", [["~dup", 1]]],
  [
    "duplicate_bag",
    [
      ["~dup", 1],
      ["~dup", 1],
    ],
  ],
]);

/** What must be found in a table. */
export function goldenRecords(type: TableType, end: GoldenEnd): readonly StoreRecord[] {
  const after: StoreRecord[] = end === "compacted" ? [["~after", 1]] : [];
  return [...exotic, ...after, ...(bags.get(type) ?? []), [EXPIRING_KEY, 1]];
}

/** Brings the tables of a new directory to what their records say, but for what comes after a compaction. */
export function fillGolden(store: Store<"sync">): void {
  for (const type of GOLDEN_TYPES) {
    const table = store.ensureTable<StoreRecord>("d", type, { type });
    live(table);
    if (bags.has(type)) duplicate(table);
    table.insert([EXPIRING_KEY, 1], { expiresAt: GOLDEN_MOMENT });
  }
  store.ensureTable("d", "dropped").insert(["gone", 1]);
  store.dropTable("d", "dropped");
}
