import { _, type Key, type TableType } from "@store/core";
import { holds, same } from "../../assertions/assertion.js";
import { show } from "../../assertions/show.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, type Suite, UNIQUE } from "../../harness/suite.js";
import type { TestContext } from "../../harness/test-context.js";

/** A call that can be one request. */
interface Operation {
  readonly types: readonly TableType[];
  /** @param first the table's first key: one that another follows, in whatever order */
  readonly call: (table: AnyTable, first: Key) => unknown;
  /** What to do where it takes more. */
  readonly advice: string;
}

const ORDERED: readonly TableType[] = ["ordered_set"];
const MANY = 1_000;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  insert: {
    types: ALL,
    call: (table) => table.insert(["new", 1]),
    advice: optional("insert"),
  },
  [`insertMany of ${MANY} records`]: {
    types: ALL,
    call: (table) => table.insertMany(Array.from({ length: MANY }, (_unused, n) => [n, n])),
    advice: required("insertMany"),
  },
  insertNew: {
    types: ALL,
    call: (table) => table.insertNew(["new", 1]),
    advice: optional("insertNew"),
  },
  lookup: {
    types: ALL,
    call: (table) => table.lookup("b"),
    advice: required("lookup"),
  },
  "lookupMany of 3 keys": {
    types: ALL,
    call: (table) => table.lookupMany(["a", "c", "none"]),
    advice: optional("lookupMany"),
  },
  member: {
    types: ALL,
    call: (table) => table.member("b"),
    advice: optional("member"),
  },
  take: {
    types: ALL,
    call: (table) => table.take("b"),
    advice: optional("take"),
  },
  replace: {
    types: UNIQUE,
    call: (table) => table.replace(["b", 2], ["b", 3]),
    advice: optional("replace"),
  },
  "updateCounter of a key that is there": {
    types: UNIQUE,
    call: (table) => table.updateCounter("b", 1),
    advice: optional("updateCounter"),
  },
  "updateCounter with a default, of a key that isn't there": {
    types: UNIQUE,
    call: (table) => table.updateCounter("new", 1, ["new", 0]),
    advice: `${optional("updateCounter")}, and let it insert \`initial\``,
  },
  deleteObject: {
    types: ALL,
    call: (table) => table.deleteObject(["b", 2]),
    advice: required("deleteObjects"),
  },
  "deleteMany of 3 keys": {
    types: ALL,
    call: (table) => table.deleteMany(["a", "c", "none"]),
    advice: optional("deleteMany"),
  },
  deleteRange: {
    types: ORDERED,
    call: (table) => table.deleteRange({ gte: "b" }),
    advice: optional("deleteRange"),
  },
  count: {
    types: ALL,
    call: (table) => table.count(),
    advice: optional("count"),
  },
  "count of a range": {
    types: ORDERED,
    call: (table) => table.count({ gte: "b" }),
    advice: optional("count"),
  },
  append: {
    types: ORDERED,
    call: (table) => table.append(["log"], 1),
    advice: optional("append"),
  },
  nextLookup: {
    types: ALL,
    call: (table, first) => table.nextLookup(first),
    advice: optional("nextLookup"),
  },
  matchDelete: {
    types: ALL,
    call: (table) => table.matchDelete([_, 2]),
    advice: optional("matchDelete"),
  },
};

/** How many requests calls are made of, where the adapter counts them. */
export const roundTrips: Suite = {
  name: "round trips",
  heading: "Round trips",
  lookAt: "the method named, and roundTrips, which counts all requests of the adapter",
  define({ eachType, test }) {
    for (const [name, { types, call, advice }] of Object.entries(OPERATIONS)) {
      eachType(`${name} is one request`, types, async (table, context) => {
        await table.insertMany([
          ["a", 1],
          ["b", 2],
          ["c", 3],
        ]);
        const first = await table.first();
        holds(first !== undefined, "a table of three records must have a first key");
        await isOne(context, name, advice, () => call(table, first));
      });
    }

    test(
      "a batch over two tables is one request",
      async (context) => {
        const [one, two] = [await context.table("set", "one"), await context.table("set", "two")];
        const batch = context.store
          .batch()
          .insertNew(one, ["a", 1])
          .insert(one, ["b", 1])
          .updateCounter(two, "n", 1, ["n", 0]);
        const advice =
          "Write the backend's optional method transact; core plans the batch for applyChanges by calling lookup";
        await isOne(context, "commit of a batch", advice, async () => {
          same(await batch.commit(), true, "what commit returns");
        });
      },
      "batches",
    );
  },
};

/** Fails unless the call makes one request. */
async function isOne(
  { options: { roundTrips }, adapter }: TestContext,
  name: string,
  advice: string,
  call: () => unknown,
): Promise<void> {
  if (roundTrips === undefined || adapter.mode !== "async") return;
  const before = counted(roundTrips());
  await call();
  const count = counted(roundTrips()) - before;
  const cause =
    count > 1
      ? advice
      : "Likely cause: roundTrips counts too little, or the requests of another adapter";
  holds(count === 1, `${name}: expected 1 request, counted ${count}. ${cause}`);
}

function counted(count: unknown): number {
  holds(
    Number.isSafeInteger(count),
    `roundTrips must return an integer; it returned ${show(count)}`,
  );
  return Number(count);
}

function optional(method: string): string {
  return `Write the optional method ${method}, as one request`;
}

function required(method: string): string {
  return `Make the method ${method} one request`;
}
