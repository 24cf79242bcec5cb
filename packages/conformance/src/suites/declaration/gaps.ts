import type { Capabilities, TableType } from "@store/core";
import { collect, holds, outcomeOf, refuses } from "../../assertions/assertion.js";
import type { AnyStore, AnyTable } from "../../backend/any-store.js";
import type { Suite } from "../../harness/suite.js";
import { type TestContext, variant } from "../../harness/test-context.js";
import { equal } from "../../model/equality.js";

/** Core refuses what an adapter declares not to have, and the adapter must really not have it. */
export const gaps: Suite = {
  name: "declared gaps",
  heading: "Capabilities",
  lookAt: "the capabilities ordered, bags, batches and expiry",
  define({ test }) {
    test(
      "with ordered: false, ensureTable of an ordered_set throws STORE_NOT_SUPPORTED",
      async (context) => {
        await refuses("STORE_NOT_SUPPORTED", () => context.table("ordered_set"), "ordered_set");
        await context.table("set");
      },
      "not ordered",
    );

    test(
      "with bags: false, ensureTable of a bag and a duplicate_bag throws STORE_NOT_SUPPORTED",
      async (context) => {
        await refuses("STORE_NOT_SUPPORTED", () => context.table("bag"), "bag");
        await refuses("STORE_NOT_SUPPORTED", () => context.table("duplicate_bag"), "duplicate_bag");
        await context.table("set");
      },
      "not bags",
    );

    test(
      "an adapter that declares ordered: false really has no ordered_set",
      async (context) => {
        const works = await worksWhenDeclared(
          context,
          { ordered: true },
          ["ordered_set"],
          isOrdered,
        );
        holds(!works, "an ordered_set works: the adapter must declare ordered: true");
      },
      "not ordered",
    );

    test(
      "an adapter that declares bags: false really has no bag and no duplicate_bag",
      async (context) => {
        const types = ["bag", "duplicate_bag"] as const;
        const works = await worksWhenDeclared(context, { bags: true }, types, isBag);
        holds(!works, "bags work: the adapter must declare bags: true");
      },
      "not bags",
    );

    test(
      "an adapter that declares batches: false really has none",
      async (context) => {
        const works = await worksWhenDeclared(context, { batches: true }, ["set"], isBatching);
        holds(!works, "batches work: the adapter must declare batches: true");
      },
      "not batches",
    );

    test(
      "an adapter that declares expiry: false really has none",
      async (context) => {
        const works = await worksWhenDeclared(context, { expiry: true }, ["set"], isExpiring);
        holds(!works, "records expire: the adapter must declare expiry: true");
      },
      "not expiry",
    );
  },
};

/** Whether tables of all these types work when the kit declares the capability in the adapter's stead. */
async function worksWhenDeclared(
  context: TestContext,
  declared: Partial<Capabilities>,
  types: readonly TableType[],
  check: (table: AnyTable, store: AnyStore) => Promise<boolean>,
): Promise<boolean> {
  const capabilities = { ...context.capabilities, ...declared };
  const adapter = variant(context.adapter, { capabilities });
  const outcome = await outcomeOf(async () => {
    const store: AnyStore = context.openStore({ backend: { ...context.backend, adapter } });
    for (const type of types) {
      const table = await store.ensureTable("gap", type, { type });
      if (!(await check(table, store))) return false;
    }
    return true;
  });
  return "value" in outcome && outcome.value === true;
}

async function isOrdered(table: AnyTable): Promise<boolean> {
  const keys = [5, "b", ["t"], 1, "a", null, 3n, 2];
  for (const key of keys) await table.insert([key, 1]);
  return equal(await collect(table.keys()), [null, 1, 2, 3n, 5, "a", "b", ["t"]]);
}

async function isBatching(table: AnyTable, store: AnyStore): Promise<boolean> {
  const batch = store.batch().insert(table, ["k", 1]).insertNew(table, ["j", 1]);
  return (
    (await batch.commit()) && equal(await table.lookupMany(["k", "j"]), [[["k", 1]], [["j", 1]]])
  );
}

async function isExpiring(table: AnyTable): Promise<boolean> {
  await table.insert(["past", 1], { expiresAt: 1 });
  await table.insert(["k", 1], { expiresAt: 4_102_444_800_000 });
  return !(await table.member("past")) && (await table.expiresAt("k")) === 4_102_444_800_000;
}

async function isBag(table: AnyTable): Promise<boolean> {
  await table.insertMany([
    ["k", 2],
    ["k", 1],
    ["k", 2],
  ]);
  const kept =
    table.type === "bag"
      ? [
          ["k", 2],
          ["k", 1],
        ]
      : [
          ["k", 2],
          ["k", 1],
          ["k", 2],
        ];
  return equal(await table.lookup("k"), kept);
}
