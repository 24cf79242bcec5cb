import type { StoreRecord } from "@store/core";
import { collect, holds, refuses, same, sameRecords } from "../assertion.js";
import { placeOf } from "../factory.js";
import { KEYS_IN_ORDER } from "../model/pool.js";
import { VALUES } from "../model/values.js";
import type { Place } from "../options.js";
import type { AnyTable, Scene } from "../scene.js";
import { ALL, hasType, type Suite } from "../suite.js";

/** More than two of the batches in which core copies. */
const MANY = 1_100;

/** Moving a domain from one place of the adapter to another, and between the adapter and the reference. */
export const migration: Suite = {
  name: "migrateDomain",
  heading: "Moving a domain",
  define({ eachType, test }) {
    eachType(
      "migrateDomain moves every kind of key and value to another place",
      ALL,
      async (table, scene) => {
        const records = everyKind();
        await table.insertMany(records);
        const place = await scene.anotherPlace();
        await moves(scene, table, place, records);
        await refuses("STORE_TABLE_CLOSED", () => table.insert(["late"]), "insert");
        const moved = await scene.table(table.type);
        await moved.insert(["later", 1]);
        same(await moved.lookup("later"), [["later", 1]]);
        await scene.store.configureDomain("before", scene.place);
        const old = await scene.table(table.type, "t", "before");
        sameRecords(await collect(old.records()), records, "the records in the old place");
      },
    );

    eachType("migrateDomain moves more records than go into a batch", ALL, async (table, scene) => {
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
      await moves(scene, table, await scene.anotherPlace(), records);
    });

    eachType(
      "migrateDomain to the reference adapter, and back to another place",
      ALL,
      async (table, scene, type) => {
        const { reference } = scene.options;
        if (reference === undefined) return;
        const place = placeOf(reference);
        if (!hasType(place.adapter.capabilities, type)) return;
        if (scene.mode === "sync" && place.adapter.mode === "async") return;
        const records = everyKind();
        await table.insertMany(records);
        await moves(scene, table, place, records);
        const there = await scene.table(type);
        await moves(scene, there, await scene.anotherPlace(), records);
      },
    );

    eachType(
      "migrateDomain that is given up changes nothing and leaves nothing behind",
      ALL,
      async (table, scene, type) => {
        await table.insertMany(everyKind());
        const second = await scene.table(type, "u");
        await second.insert(["u", 1]);
        const place = await scene.anotherPlace();
        const onProgress = (progress: { readonly table: string }) => {
          if (progress.table === "u") throw new Error("enough");
        };
        await refuses(
          "STORE_INVALID_OPERATION",
          () => scene.store.migrateDomain("d", place, { onProgress }),
          "migrateDomain",
          "enough",
        );
        holds((await scene.store.adapterModule("d")) === scene.adapter, "the domain's adapter");
        holds((await scene.table(type)) === table, "the handle of before must be the table's");
        sameRecords(await collect(table.records()), everyKind());
        await table.insert(["later", 1]);
        await scene.store.configureDomain("there", place);
        for (const name of ["t", "u"]) {
          const copy = await scene.table(type, name, "there");
          same([await copy.size, await copy.first()], [0, undefined], "what is left of a copy");
        }
      },
    );

    eachType(
      "migrateDomain to a place that has records under that name is refused, and leaves them",
      ALL,
      async (table, scene, type) => {
        await table.insert(["mine", 1]);
        const place = await scene.anotherPlace();
        await scene.store.configureDomain("there", place);
        const theirs = await scene.table(type, "t", "there");
        await theirs.insert(["theirs", 1]);
        const migrating = () => scene.store.migrateDomain("d", place);
        await refuses("STORE_INVALID_OPERATION", migrating, "migrateDomain", '"t"');
        await theirs.close();
        await refuses("STORE_INVALID_OPERATION", migrating, "migrateDomain", '"t"');
        const again = await scene.table(type, "t", "there");
        same(await collect(again.records()), [["theirs", 1]], "what is there");
        same(await collect(table.records()), [["mine", 1]], "what should have been moved");
      },
    );

    test(
      "migrateDomain leaves on disk what it moved: a new store finds it",
      async (scene) => {
        const table = await scene.table();
        await table.insertMany(everyKind());
        const place = await scene.anotherPlace();
        await scene.store.migrateDomain("d", place);
        await scene.store.close();
        const again = await scene.openStore({ place }).ensureTable("d", "t");
        sameRecords(await collect(again.records()), everyKind());
      },
      "durable",
    );
  },
};

/** Fails unless the table, the only one that the domain has open, is moved to the place with all of its records. */
async function moves(
  scene: Scene,
  table: AnyTable,
  place: Place,
  records: readonly StoreRecord[],
): Promise<void> {
  const { name, domain, type } = table;
  same(
    await scene.store.migrateDomain(domain, place),
    [{ table: name, records: records.length }],
    "what was moved",
  );
  holds((await scene.store.adapterModule(domain)) === place.adapter, "the domain's adapter");
  const moved = await scene.table(type, name, domain);
  holds(moved !== table, "a table that was moved has a new handle");
  same((await moved.info()).adapter, place.adapter.name, "the adapter of the new table");
  const found = await collect(moved.records());
  sameRecords(found, records, "the records in the new place");
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
