import type { StoreRecord, Table, TableType } from "@store/core";

export const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];

/** A step in the life of a table: one change, or none. */
export interface LifeStep {
  readonly name: string;
  act(table: Table<StoreRecord>): void;
}

const long = "long ".repeat(10);

const common: readonly LifeStep[] = [
  step("insert", (table) => table.insert(["a", 1])),
  step("insert another", (table) => table.insert([["tuple", 1n], { nested: [long, null] }])),
  step("insert a batch", (table) =>
    table.insertMany([
      ["b", 1],
      ["c", new Map([["x", -0]])],
      ["d", undefined, long],
    ]),
  ),
  step("delete", (table) => table.delete("b")),
  step("insert again what was deleted", (table) => table.insert(["b", 2])),
  step("insertNew", (table) => table.insertNew(["e", Number.NaN])),
  step("deleteObject", (table) => table.deleteObject(["c", new Map([["x", -0]])])),
  step("take", (table) => table.take("d")),
  step("insert a batch with a key twice", (table) =>
    table.insertMany([
      ["a", 2],
      ["f", 1],
      ["a", 3],
      ["f", 1],
    ]),
  ),
  step("delete what isn't there", (table) => table.delete("nobody")),
  step("matchDelete", (table) => table.matchDelete(["e", Number.NaN])),
];

const ofSets: readonly LifeStep[] = [
  step("replace a record", (table) => table.insert(["a", 10])),
  step("count", (table) => table.updateCounter("a", 5)),
  step("count from a default", (table) => table.updateCounter("n", [2, 1], ["n", 41n])),
  step("replace by compare and swap", (table) => table.replace(["b", 2], ["b", 3])),
  step("updateElement", (table) => table.updateElement("b", [2, "element"])),
];

const ofBags: readonly LifeStep[] = [
  step("insert an equal record", (table) => table.insert(["a", 2])),
  step("insert more of a key", (table) => table.insertMany([1, 2, 3].map((value) => ["a", value]))),
  step("delete one record of a key", (table) => table.deleteObject(["a", 2])),
  step("insert it once more", (table) => table.insert(["a", 2])),
];

const ending: readonly LifeStep[] = [
  step("deleteAllObjects", (table) => table.deleteAllObjects()),
  step("insert after all was deleted", (table) => table.insert(["z", long])),
  step("insert a batch after that", (table) =>
    table.insertMany([
      ["y", 1],
      ["x", 1],
    ]),
  ),
];

/** Some of all that can be done to a table of a type. */
export function lifeOf(type: TableType): readonly LifeStep[] {
  return [...common, ...(type.endsWith("bag") ? ofBags : ofSets), ...ending];
}

/** The beginning of {@link lifeOf}, with fewer bytes, and without a point at which nothing is left. */
export function shortLifeOf(type: TableType): readonly LifeStep[] {
  return [
    step("insert", (table) => table.insert(["a", 1])),
    step("insert a batch", (table) =>
      table.insertMany([
        ["b", 1],
        ["c", "see"],
        ["b", 2],
      ]),
    ),
    step("delete", (table) => table.delete("b")),
    step("deleteObject", (table) => table.deleteObject(["c", "see"])),
    ...(type.endsWith("bag")
      ? [step("insert more of a key", (table) => table.insert(["a", 2]))]
      : [step("count", (table) => table.updateCounter("a", 1))]),
    step("insert again what was deleted", (table) => table.insert(["b", 3])),
  ];
}

function step(name: string, act: (table: Table<StoreRecord>) => void): LifeStep {
  return { name, act };
}
