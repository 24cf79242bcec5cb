import { _ } from "@store/core";
import { collect, refuses, same } from "../assertion.js";
import type { AnyTable } from "../scene.js";
import { ALL, type Suite } from "../suite.js";

/** Every call on a table, with arguments that would do for an open one. */
export function callsOf(table: AnyTable): Record<string, () => unknown> {
  return {
    insert: () => table.insert(["k", 1]),
    insertMany: () => table.insertMany([["k", 1]]),
    insertNew: () => table.insertNew(["k", 1]),
    insertNewMany: () => table.insertNewMany([["k", 1]]),
    lookup: () => table.lookup("k"),
    member: () => table.member("k"),
    take: () => table.take("k"),
    delete: () => table.delete("k"),
    deleteObject: () => table.deleteObject(["k", 1]),
    deleteAllObjects: () => table.deleteAllObjects(),
    replace: () => table.replace(["k", 1], ["k", 2]),
    updateElement: () => table.updateElement("k", [2, 1]),
    updateCounter: () => table.updateCounter("k", 1),
    first: () => table.first(),
    last: () => table.last(),
    next: () => table.next("k"),
    prev: () => table.prev("k"),
    records: () => collect(table.records()),
    keys: () => collect(table.keys()),
    foldl: () => table.foldl((_record, count) => count, 0),
    matchObject: () => table.matchObject([_, _]),
    matchDelete: () => table.matchDelete([_, _]),
    size: () => table.size,
    info: () => table.info(),
    sync: () => table.sync(),
    flushCounters: () => table.flushCounters(),
  };
}

/** A handle after its end. */
export const closed: Suite = {
  name: "a closed table",
  heading: "Opening and closing",
  define({ eachType, test }) {
    for (const operation of Object.keys(callsOf({} as AnyTable))) {
      eachType(
        `${operation} on a closed table throws STORE_TABLE_CLOSED`,
        ALL,
        async (table, scene, type) => {
          await table.insert(["k", 1]);
          await table.close();
          await refuses(
            "STORE_TABLE_CLOSED",
            () => callsOf(table)[operation]?.(),
            operation,
            '"t"',
          );
          const again = await scene.table(type);
          same(await again.lookup("k"), [["k", 1]], "the table opened anew");
          await refuses("STORE_TABLE_CLOSED", () => callsOf(table)[operation]?.(), operation);
        },
      );
    }

    eachType(
      "a call with bad arguments on a closed table throws STORE_TABLE_CLOSED",
      ALL,
      async (table) => {
        await table.close();
        const bad = undefined as never;
        await refuses("STORE_TABLE_CLOSED", () => table.insert(bad));
        await refuses("STORE_TABLE_CLOSED", () => table.lookup(bad));
        await refuses("STORE_TABLE_CLOSED", () => collect(table.records(5 as never)));
      },
    );

    eachType("close twice, also at once, is no error and returns nothing", ALL, async (table) => {
      same(await Promise.all([table.close(), table.close()]), [undefined, undefined]);
      same(await table.close(), undefined);
    });

    eachType(
      "name, domain and type of a closed table can be read",
      ALL,
      async (table, _scene, type) => {
        await table.close();
        same([table.name, table.domain, table.type], ["t", "d", type]);
      },
    );

    test("close of one table leaves the others open", async (scene) => {
      const [one, other] = [await scene.table("set", "one"), await scene.table("set", "other")];
      await one.close();
      await other.insert(["k", 1]);
      same(await other.lookup("k"), [["k", 1]]);
    });

    eachType(
      "writes called before close, and not awaited, are done",
      ALL,
      async (table, scene, type) => {
        const pending = [];
        for (let key = 0; key < 20; key++) pending.push(table.insert([key, 1]));
        pending.push(table.close());
        await Promise.all(pending);
        same(await (await scene.table(type)).size, 20, "size of the table opened anew");
      },
    );
  },
};
