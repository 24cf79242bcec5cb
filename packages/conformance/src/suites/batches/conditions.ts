import type { Batch, Mode, StoreErrorCode, StoreRecord } from "@store/core";
import { collect, refuses, same, sameRecords } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import type { Suite } from "../../harness/suite.js";
import type { TestContext } from "../../harness/test-context.js";
import { oneOfEach } from "./batch.js";

type Add = (builder: Batch<Mode>, set: AnyTable) => unknown;

/** What makes a batch false, of a set with ["a", 1] and ["b", { deep: [1] }]. */
const FALSE: Readonly<Record<string, Add>> = {
  "insertNew of a key that is there": (b, set) => b.insertNew(set, ["a", 9]),
  "insertNew of a key that the batch inserted": (b, set) =>
    b.insert(set, ["c", 1]).insertNew(set, ["c", 9]),
  "insertNewMany with a key that is there": (b, set) =>
    b.insertNewMany(set, [
      ["y", 1],
      ["a", 9],
    ]),
  "insertNewMany with one key twice": (b, set) =>
    b.insertNewMany(set, [
      ["y", 1],
      ["y", 2],
    ]),
  "replace of another record": (b, set) => b.replace(set, ["a", 2], ["a", 3]),
  "replace of a record that differs deep within": (b, set) =>
    b.replace(set, ["b", { deep: [2] }], ["b", 1]),
  "replace with another key": (b, set) => b.replace(set, ["a", 1], ["y", 1]),
  "replace of a key that isn't there": (b, set) => b.replace(set, ["y", 1], ["y", 2]),
  "replace of what the batch changed": (b, set) =>
    b.updateCounter(set, "a", 1).replace(set, ["a", 1], ["a", 3]),
  "check of another record": (b, set) => b.check(set, "a", ["a", 2]),
  "check of a longer record": (b, set) => b.check(set, "a", ["a", 1, 1]),
  "check that there is none": (b, set) => b.check(set, "a", undefined),
  "check of a key that isn't there": (b, set) => b.check(set, "y", ["y", 1]),
  "check of what the batch deleted": (b, set) => b.delete(set, "a").check(set, "a", ["a", 1]),
};

/** Conditions that hold. */
const TRUE: Readonly<Record<string, Add>> = {
  "insertNew of a key that the batch deleted": (b, set) =>
    b.delete(set, "a").insertNew(set, ["a", 9]),
  "replace of the equal record": (b, set) => b.replace(set, ["b", { deep: [1] }], ["b", 1]),
  "replace of what the batch inserted": (b, set) =>
    b.insert(set, ["y", 1]).replace(set, ["y", 1], ["y", 2]),
  "check of the equal record": (b, set) => b.check(set, "b", ["b", { deep: [1] }]),
  "check that there is none": (b, set) => b.check(set, "y", undefined),
  "check of what the batch deleted": (b, set) => b.delete(set, "a").check(set, "a", undefined),
};

/** What makes a batch fail. */
const ERRORS: Readonly<Record<string, readonly [StoreErrorCode, Add]>> = {
  "updateCounter of a missing key": [
    "STORE_KEY_NOT_FOUND",
    (b, set) => b.updateCounter(set, "none", 1),
  ],
  "updateCounter of what is no integer": [
    "STORE_INVALID_OPERATION",
    (b, set) => b.updateCounter(set, "b", 1),
  ],
  "updateCounter past the safe integers": [
    "STORE_COUNTER_OVERFLOW",
    (b, set) => b.updateCounter(set, "a", Number.MAX_SAFE_INTEGER),
  ],
  "updateCounter with a list that fails at its end": [
    "STORE_INVALID_OPERATION",
    (b, set) =>
      b.updateCounter(set, "a", [
        [2, 1],
        [3, 1],
      ]),
  ],
  "updateElement at a position that isn't there": [
    "STORE_INVALID_OPERATION",
    (b, set) => b.updateElement(set, "a", [3, 1]),
  ],
};

/** Conditions, and that what fails leaves nothing behind. */
export const batchConditions: Suite = {
  name: "conditions and errors of a batch",
  heading: "Batches",
  lookAt: "transact of the backend if it has one, else lookup; applyChanges",
  define({ test }) {
    for (const [what, add] of Object.entries(FALSE)) {
      test(
        `${what} makes a batch false, and nothing is changed`,
        async (context) => {
          await leavesAll(context, add, async (commit) => same(await commit(), false));
        },
        "batches",
      );
    }
    for (const [what, [code, add]] of Object.entries(ERRORS)) {
      test(
        `${what} makes a batch throw ${code}, and nothing is changed`,
        async (context) => {
          await leavesAll(context, add, async (commit) => void (await refuses(code, commit)));
        },
        "batches",
      );
    }
    for (const [what, add] of Object.entries(TRUE)) {
      test(
        `${what} holds in a batch`,
        async (context) => {
          const set = await filled(context);
          const builder = context.store.batch();
          add(builder, set);
          builder.insert(set, ["done", 1]);
          same([await builder.commit(), await set.member("done")], [true, true]);
        },
        "batches",
      );
    }

    test(
      "append past the last safe integer makes a batch fail, and nothing is changed",
      async (context) => {
        const log = await context.table("ordered_set", "log");
        await log.insert([["r", Number.MAX_SAFE_INTEGER], 1]);
        await leavesAll(
          context,
          (b) => b.append(log, ["r"], 1),
          async (commit) => void (await refuses("STORE_COUNTER_OVERFLOW", commit)),
        );
        same(await log.size, 1, "size");
      },
      "batches",
      "ordered",
    );
  },
};

async function filled(context: TestContext): Promise<AnyTable> {
  const set = await context.table();
  await set.insertMany([
    ["a", 1],
    ["b", { deep: [1] }],
  ]);
  return set;
}

/** Puts the operation between changes of tables of all types, and fails unless all of these are as they were. */
async function leavesAll(
  context: TestContext,
  add: Add,
  check: (commit: () => unknown) => Promise<void>,
): Promise<void> {
  const set = await filled(context);
  const others = await oneOfEach(context);
  const before: StoreRecord[] = [
    ["k", 1],
    ["j", { deep: [1] }],
  ];
  for (const table of others) await table.insertMany(before);
  const builder = context.store.batch();
  for (const table of others) {
    builder
      .insert(table, ["k", 2])
      .insert(table, ["new", 1])
      .delete(table, "j")
      .deleteMany(table, ["k"]);
  }
  builder.insert(set, ["early", 1]);
  add(builder, set);
  builder.insert(set, ["late", 1]);
  for (const table of others) builder.deleteAllObjects(table).insert(table, ["last", 1]);
  await check(() => builder.commit());
  same(builder.results, undefined, "results");
  sameRecords(
    await collect(set.records()),
    [
      ["a", 1],
      ["b", { deep: [1] }],
    ],
    "the set",
  );
  same(await set.size, 2, "size of the set");
  for (const table of others) {
    sameRecords(await collect(table.records()), before, `the ${table.type}`);
    same([await table.size, await table.lookup("j")], [2, [["j", { deep: [1] }]]], table.type);
  }
}
