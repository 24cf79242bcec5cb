import { types } from "node:util";
import type { Capabilities, TableType } from "@store/core";
import { holds, outcomeOf, refuses } from "../../assertions/assertion.js";
import { show } from "../../assertions/show.js";
import type { AnyStore } from "../../backend/any-store.js";
import { ALL, type Suite } from "../../harness/suite.js";
import { callsOf } from "../../harness/table-calls.js";
import type { TestContext } from "../../harness/test-context.js";

const ITERATING = ["records", "keys"] as const;

/** A store has one mode: never "maybe a promise". */
export const modes: Suite = {
  name: "mode: values in a sync store, promises in an async one",
  heading: "Atomicity and concurrency",
  lookAt:
    'the mode of the adapter: all methods return values if it is "sync", promises if it is "async"',
  define({ eachType, test }) {
    eachType(
      "every member of a table returns by the store's mode when it succeeds",
      ALL,
      async (table, { mode, capabilities }, type) => {
        await table.insert(["k", 1]);
        const left = unsupported(type, capabilities);
        for (const [name, call] of Object.entries(plainCalls(table))) {
          await table.insert(["k", 1]);
          if (left.includes(name)) continue;
          await table.delete("k");
          await table.insert(["k", 1]);
          await checkMode(mode, name, call);
        }
        await checkMode(mode, "close", () => table.close());
        await checkMode(mode, "close", () => table.close());
      },
    );

    eachType("every member of a table fails by the store's mode", ALL, async (table, { mode }) => {
      await table.close();
      for (const [name, call] of Object.entries(plainCalls(table)))
        await checkFailure(mode, name, call);
    });

    eachType(
      "calls that don't reach the adapter return and fail by the store's mode",
      ALL,
      async (table, { mode }) => {
        await checkMode(mode, "insertMany", () => table.insertMany([]));
        await checkMode(mode, "insertNewMany", () => table.insertNewMany([]));
        await checkFailure(mode, "insert", () => table.insert(5 as never));
        await checkFailure(mode, "lookup", () => table.lookup(Number.NaN));
      },
    );

    eachType("records and keys are iterators of the store's mode", ALL, async (table, { mode }) => {
      await table.insert(["k", 1]);
      for (const name of ITERATING) {
        const steps: object = table[name]();
        const expected = mode === "sync" ? Symbol.iterator : Symbol.asyncIterator;
        const other = mode === "sync" ? Symbol.asyncIterator : Symbol.iterator;
        holds(expected in steps, `${name}() has no ${String(expected)}`);
        holds(!(other in steps), `${name}() has ${String(other)}`);
        await checkMode(mode, `${name}().next`, () => table[name]().next());
      }
    });

    eachType(
      "records and keys with bad arguments fail at once, in an async store at the first step",
      ALL,
      async (table, { mode }) => {
        for (const name of ITERATING) {
          const bad = () => table[name]({ limit: -1 });
          if (mode === "sync") await refuses("STORE_INVALID_OPERATION", bad, name);
          else await refuses("STORE_INVALID_OPERATION", firstStepOf(bad()), name);
        }
      },
    );

    test("every member of a store returns and fails by the store's mode", async (context) => {
      const { mode, store } = context;
      for (const [name, call] of Object.entries(storeCalls(store, context))) {
        await checkMode(mode, name, call);
      }
      await checkFailure(mode, "ensureTable", () => store.ensureTable("d", ""));
      await checkFailure(mode, "closeTable", () => store.closeTable(""));
      await checkFailure(mode, "configureDomain", () => store.configureDomain("d", {} as never));
      await checkFailure(mode, "migrateDomain", () => store.migrateDomain("d", {} as never));
      const dispose = mode === "sync" ? Symbol.dispose : Symbol.asyncDispose;
      await checkMode(mode, "dispose", () => Reflect.get(store, dispose)());
      await checkMode(mode, "close", () => store.close());
      await checkFailure(mode, "domainConfig", () => store.domainConfig("d"));
    });
  },
};

/** Returns a function, so that creating the iterator, which must succeed, happens before. */
function firstStepOf(steps: { next(): unknown }): () => unknown {
  return () => steps.next();
}

/** All calls but those that return iterators. */
/** The calls that a table of this type refuses. */
function unsupported(type: TableType, { expiry }: Capabilities): string[] {
  return [
    ...(type.endsWith("bag") ? ["replace", "updateElement", "updateCounter"] : []),
    ...(type === "ordered_set" ? [] : ["append", "deleteRange"]),
    ...(expiry ? [] : ["expire", "expiresAt"]),
  ];
}

function plainCalls(table: Parameters<typeof callsOf>[0]): Record<string, () => unknown> {
  const { records: _records, keys: _keys, ...calls } = callsOf(table);
  return calls;
}

function storeCalls(store: AnyStore, { backend }: TestContext): Record<string, () => unknown> {
  return {
    configureDomain: () => store.configureDomain("other", backend),
    migrateDomain: () => store.migrateDomain("other", backend),
    domainConfig: () => store.domainConfig("other"),
    adapterModule: () => store.adapterModule("other"),
    resetDomain: () => store.resetDomain("other"),
    clear: () => store.clear(),
    ensureTables: () => store.ensureTables(),
    ensureTable: () => store.ensureTable("d", "t"),
    "ensureTable, the second time": () => store.ensureTable("d", "t"),
    syncTable: () => store.syncTable("t"),
    flushCounters: () => store.flushCounters("t"),
    closeTable: () => store.closeTable("t"),
  };
}

async function checkMode(mode: string, name: string, call: () => unknown): Promise<void> {
  const result = call();
  if (mode === "sync") holds(!isThenable(result), `${name} returned a promise in a sync store`);
  else holds(types.isPromise(result), `${name} returned ${show(result)}, no promise`);
  await result;
}

/** A sync call throws, an async one rejects. */
async function checkFailure(mode: string, name: string, call: () => unknown): Promise<void> {
  let result: unknown;
  try {
    result = call();
  } catch {
    holds(mode === "sync", `${name} threw in an async store, and should have rejected`);
    return;
  }
  const outcome = await outcomeOf(() => result);
  holds("error" in outcome, `${name} should have failed`);
  holds(mode === "async", `${name} returned a promise in a sync store`);
}

function isThenable(value: unknown): boolean {
  return typeof Object(value).then === "function";
}
