import { _ } from "@store/core";
import { collect, refuses, same } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, type Suite, UNIQUE } from "../../harness/suite.js";

/** Runs `act` before the second item. */
function* items<T>(act: () => void, ...given: readonly T[]): Generator<T> {
  for (const [index, item] of given.entries()) {
    if (index === 1) act();
    yield item;
  }
}

/** An object that runs `act` when it is copied. */
function watched(act: () => void): object {
  return {
    get part() {
      act();
      return 1;
    },
  };
}

type Call = (table: AnyTable, close: () => void) => unknown;

const CALLS: Readonly<Record<string, Call>> = {
  "the getter of a record to insert": (table, close) => table.insert(["k", watched(close)]),
  "the generator of insertMany": (table, close) =>
    table.insertMany(items(close, ["k", 2], ["l", 2])),
  "the getter of a record to insertNew": (table, close) => table.insertNew(["l", watched(close)]),
  "the generator of insertNewMany": (table, close) =>
    table.insertNewMany(items(close, ["l", 2], ["m", 2])),
  "the generator of lookupMany": (table, close) => table.lookupMany(items(close, "k", "l")),
  "the generator of deleteMany": (table, close) => table.deleteMany(items(close, "k", "l")),
  "the getter of a record to deleteObject": (table, close) =>
    table.deleteObject(["k", watched(close)]),
  "the function of foldl": (table, close) => table.foldl(() => close(), undefined),
  "the getter of a pattern of matchDelete": (table, close) =>
    table.matchDelete([_, watched(close)]),
};

const UNIQUE_CALLS: Readonly<Record<string, Call>> = {
  "the getter of a record to replace": (table, close) =>
    table.replace(["k", 1], ["k", watched(close)]),
  "the getter of an element": (table, close) => table.updateElement("k", [2, watched(close)]),
  "the default record of updateElement": (table, close) =>
    table.updateElement("l", [2, 1], ["l", 1, watched(close)]),
  "the default record of updateCounter": (table, close) =>
    table.updateCounter("l", 1, ["l", 1, watched(close)]),
};

/** Code of the user's that runs inside a call, and closes the table. */
export const closingCode: Suite = {
  name: "user code that closes the table inside a call",
  heading: "Failures",
  lookAt: "core, which must call no method of a table that was closed meanwhile",
  define({ eachType, test }) {
    const closing = (calls: Readonly<Record<string, Call>>, types: typeof ALL) => {
      for (const [what, call] of Object.entries(calls)) {
        eachType(
          `${what} closes the table: STORE_TABLE_CLOSED, and nothing is done`,
          types,
          async (table, context, type) => {
            await table.insert(["k", 1]);
            let closed: unknown;
            await refuses("STORE_TABLE_CLOSED", () =>
              call(table, () => {
                closed ??= table.close();
              }),
            );
            await closed;
            const again = await context.table(type);
            same(await collect(again.records()), [["k", 1]], "the table opened anew");
          },
        );
      }
    };
    closing(CALLS, ALL);
    closing(UNIQUE_CALLS, UNIQUE);

    test("a schema closes the table: STORE_TABLE_CLOSED, and nothing is written", async (context) => {
      let act = () => {};
      const schema = {
        "~standard": {
          version: 1,
          vendor: "the kit",
          validate(value: unknown) {
            act();
            return { value };
          },
        },
      } as const;
      const open = () =>
        context.store.ensureTable("d", "t", { schema } as never) as Promise<AnyTable>;
      for (const call of [
        (table: AnyTable) => table.insert(["l", 1]),
        (table: AnyTable) => table.insertMany([["l", 1]]),
        (table: AnyTable) => table.updateElement("k", [2, 2]),
        (table: AnyTable) => table.updateCounter("k", 1),
        (table: AnyTable) => table.updateCounter("l", 1, ["l", 1]),
      ]) {
        act = () => {};
        const table = await open();
        await table.insert(["k", 1]);
        let closed: unknown;
        act = () => {
          closed ??= table.close();
        };
        await refuses("STORE_TABLE_CLOSED", () => call(table));
        await closed;
        act = () => {};
        same(await collect((await open()).records()), [["k", 1]], "the table opened anew");
      }
    });
  },
};
