import { type Capabilities, CONTRACT_VERSION } from "@store/core";
import { holds, outcomeOf, same } from "../../assertions/assertion.js";
import { show } from "../../assertions/show.js";
import type { Suite } from "../../harness/suite.js";
import { equal } from "../../model/equality.js";

const CAPABILITIES = [
  "bags",
  "batches",
  "durable",
  "expiry",
  "ordered",
  "serializes",
  "shared",
] as const satisfies readonly (keyof Capabilities)[];
/** The limits: left out where there are none. */
const LIMITS: readonly string[] = [
  "maxKeyBytes",
  "maxRecordBytes",
] satisfies (keyof Capabilities)[];

/** The adapter's declaration must be complete before anything is opened, and must not change. */
export const declaration: Suite = {
  name: "declaration of the adapter",
  heading: "The adapter",
  lookAt:
    "the members of the adapter object: name, mode, contractVersion, capabilities, normalizeOptions",
  define({ test }) {
    test("name is a string, not empty", async ({ adapter }) => {
      holds(
        typeof adapter.name === "string" && adapter.name !== "",
        `name is ${show(adapter.name)}`,
      );
    });

    test('mode is "sync" or "async"', async ({ adapter }) => {
      holds(adapter.mode === "sync" || adapter.mode === "async", `mode is ${show(adapter.mode)}`);
    });

    test("contractVersion is core's", async ({ adapter }) => {
      same(adapter.contractVersion, CONTRACT_VERSION, "contractVersion");
    });

    test("capabilities are booleans, all of them and no others, and limits, before anything is opened", async ({
      adapter,
    }) => {
      const names = Object.keys(Object(adapter.capabilities)).sort();
      same(
        names.filter((name) => !LIMITS.includes(name)),
        CAPABILITIES,
        "the names of the capabilities",
      );
      for (const [name, value] of Object.entries(adapter.capabilities)) {
        const fits = LIMITS.includes(name)
          ? value === undefined || (Number.isSafeInteger(value) && Number(value) > 0)
          : typeof value === "boolean";
        holds(fits, `capabilities.${name} is ${show(value)}`);
      }
    });

    test("capabilities are plain data", async ({ adapter }) => {
      for (const holder of [adapter, adapter.capabilities]) {
        for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
          holds(get === undefined, `${name} is a getter, and should be plain data`);
        }
      }
      same(JSON.parse(JSON.stringify(adapter.capabilities)), adapter.capabilities, "as JSON");
    });

    test("the declaration doesn't change when a table is opened and closed", async (context) => {
      const { name, mode, contractVersion, capabilities } = context.adapter;
      const before = { name, mode, contractVersion, capabilities: { ...capabilities } };
      const table = await context.table();
      await table.insert(["k", 1]);
      await table.close();
      await context.store.close();
      const after = context.adapter;
      same(
        {
          name: after.name,
          mode: after.mode,
          contractVersion: after.contractVersion,
          capabilities: { ...after.capabilities },
        },
        before,
        "the declaration after use",
      );
    });

    test("normalizeOptions returns an object, and equal objects for equal options", async (context) => {
      const { adapter, options = {} } = context.backend;
      const [once, again] = [
        adapter.normalizeOptions({ ...options }),
        adapter.normalizeOptions(options),
      ];
      holds(typeof once === "object" && once !== null, `it returned ${show(once)}`);
      holds(!("then" in once), "it returned a promise");
      // What isn't plain data, such as a client, is compared by identity.
      for (const name of new Set([...Object.keys(once), ...Object.keys(again)])) {
        const [a, b] = [Reflect.get(once, name), Reflect.get(again, name)];
        holds(equal(a, b), `option ${name} is ${show(a)} once, and ${show(b)} the next time`);
      }
    });

    test("normalizeOptions leaves the options that it was given alone", async (context) => {
      const { adapter, options = {} } = context.backend;
      const before = snapshot(options);
      adapter.normalizeOptions(options);
      same(snapshot(options), before, "the options after normalizeOptions");
      const frozen = Object.freeze({ ...options });
      const outcome = await outcomeOf(() => adapter.normalizeOptions(frozen));
      holds("value" in outcome, "normalizeOptions fails for frozen options: it changes them");
    });
  },
};

/** A copy of the members, deep for plain objects and arrays. */
function snapshot(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snapshot);
  if (typeof value !== "object" || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, snapshot(member)]),
  );
}
