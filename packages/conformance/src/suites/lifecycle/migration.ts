import type { StoreRecord } from "@store/core";
import { collect, holds, refuses, same, sameRecords } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import { backendConfigOf } from "../../backend/create-backend.js";
import type { BackendConfig } from "../../backend/options.js";
import { ALL, hasType, type Suite } from "../../harness/suite.js";
import type { TestContext } from "../../harness/test-context.js";
import { KEYS_IN_ORDER } from "../../model/sample-keys.js";
import { VALUES } from "../../model/sample-values.js";

/** More than two of the batches in which core copies. */
const MANY = 1_100;

/** Moving a domain from one backend of the adapter to another, and between the adapter and the reference. */
export const migration: Suite = {
  name: "migrateDomain",
  heading: "Moving a domain",
  lookAt: "scan, insertMany, size and openTable, by which core copies a table",
  define({ eachType, test }) {
    eachType(
      "migrateDomain moves every kind of key and value to another backend",
      ALL,
      async (table, context) => {
        const records = everyKind();
        await table.insertMany(records);
        const backend = await context.anotherBackend();
        await moves(context, table, backend, records);
        await refuses("STORE_TABLE_CLOSED", () => table.insert(["late"]), "insert");
        const moved = await context.table(table.type);
        await moved.insert(["later", 1]);
        same(await moved.lookup("later"), [["later", 1]]);
        await context.store.configureDomain("d", context.backend);
        const old = await context.table(table.type);
        sameRecords(await collect(old.records()), records, "the records in the old backend");
      },
    );

    eachType(
      "migrateDomain moves more records than go into a batch",
      ALL,
      async (table, context) => {
        // In a bag, the records of a key come in several batches, and must keep their order.
        const isUnique = table.type === "set" || table.type === "ordered_set";
        const records = Array.from(
          { length: MANY },
          (_unused, index): StoreRecord => [
            isUnique ? (index * 17) % MANY : index % 7,
            `record ${MANY - index}`,
          ],
        );
        await table.insertMany(records);
        await moves(context, table, await context.anotherBackend(), records);
      },
    );

    eachType(
      "migrateDomain to the reference adapter, and back to another backend",
      ALL,
      async (table, context, type) => {
        const { reference } = context.options;
        if (reference === undefined) return;
        const backend = backendConfigOf(reference);
        if (!hasType(backend.adapter.capabilities, type)) return;
        if (context.mode === "sync" && backend.adapter.mode === "async") return;
        const records = everyKind();
        await table.insertMany(records);
        await moves(context, table, backend, records);
        const there = await context.table(type);
        await moves(context, there, await context.anotherBackend(), records);
      },
    );

    eachType(
      "migrateDomain that is given up changes nothing and leaves nothing behind",
      ALL,
      async (table, context, type) => {
        await table.insertMany(everyKind());
        const second = await context.table(type, "u");
        await second.insert(["u", 1]);
        const backend = await context.anotherBackend();
        const onProgress = (progress: { readonly table: string }) => {
          if (progress.table === "u") throw new Error("enough");
        };
        await refuses(
          "STORE_INVALID_OPERATION",
          () => context.store.migrateDomain("d", backend, { onProgress }),
          "migrateDomain",
          "enough",
        );
        holds((await context.store.adapterModule("d")) === context.adapter, "the domain's adapter");
        holds(
          (await context.table(type)) === table,
          "the earlier handle must still be the table's",
        );
        sameRecords(await collect(table.records()), everyKind());
        await table.insert(["later", 1]);
        await context.store.configureDomain("d", backend);
        same(await context.store.tables("d"), [], "what is left of the copies");
      },
    );

    eachType(
      "migrateDomain to a backend that has records under that name is refused, and leaves them",
      ALL,
      async (table, context, type) => {
        await table.insert(["mine", 1]);
        const backend = await context.anotherBackend();
        await context.store.configureDomain("d", backend);
        const theirs = await context.table(type);
        await theirs.insert(["theirs", 1]);
        await context.store.resetDomain("d");
        const migrating = () => context.store.migrateDomain("d", backend);
        await refuses("STORE_INVALID_OPERATION", migrating, "migrateDomain", '"t"');
        await theirs.close();
        await refuses("STORE_INVALID_OPERATION", migrating, "migrateDomain", '"t"');
        same(await collect(table.records()), [["mine", 1]], "what should have been moved");
        await context.store.configureDomain("d", backend);
        const again = await context.table(type);
        same(await collect(again.records()), [["theirs", 1]], "what is there");
      },
    );

    test(
      "migrateDomain leaves on disk what it moved: a new store finds it",
      async (context) => {
        const table = await context.table();
        await table.insertMany(everyKind());
        const backend = await context.anotherBackend();
        await context.store.migrateDomain("d", backend);
        await context.store.close();
        const again = await context.openStore({ backend }).ensureTable("d", "t");
        sameRecords(await collect(again.records()), everyKind());
      },
      "durable",
    );
  },
};

/** Fails unless the table, the only one that the domain has open, is moved to the backend with all of its records. */
async function moves(
  context: TestContext,
  table: AnyTable,
  backend: BackendConfig,
  records: readonly StoreRecord[],
): Promise<void> {
  const { name, domain, type } = table;
  same(
    await context.store.migrateDomain(domain, backend),
    [{ table: name, records: records.length }],
    "what was moved",
  );
  holds((await context.store.adapterModule(domain)) === backend.adapter, "the domain's adapter");
  const moved = await context.table(type, name, domain);
  holds(moved !== table, "a table that was moved has a new handle");
  same((await moved.info()).adapter, backend.adapter.name, "the adapter of the new table");
  const found = await collect(moved.records());
  sameRecords(found, records, "the records in the new backend");
  if (type === "ordered_set") {
    same(
      await collect(moved.keys()),
      found.map(([key]) => key),
      "the keys",
    );
  }
  for (const key of new Set(records.map((record) => record[0]))) {
    const expected = records.filter((record) => record[0] === key);
    same(await moved.lookup(key), expected, "the records of a key");
  }
}

/** A record of every kind of key, and one of every kind of value. */
function everyKind(): StoreRecord[] {
  return [
    ...KEYS_IN_ORDER.map((key, index): StoreRecord => [key, index]),
    ...Object.entries(VALUES).map(([kind, make]): StoreRecord => [["value", kind], make()]),
  ];
}
