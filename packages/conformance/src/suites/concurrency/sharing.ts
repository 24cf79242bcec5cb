import type { TableType } from "@store/core";
import { collect, holds, isCoded, outcomeOf, same } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, type Suite, UNIQUE } from "../../harness/suite.js";
import type { TestContext } from "../../harness/test-context.js";

/** Two stores on one backend. */
export const sharing: Suite = {
  name: "shared: two stores on one backend",
  heading: "Shared adapters",
  lookAt: "the capability shared; insertNew, take and update must be atomic for all stores",
  define({ eachType, test }) {
    eachType(
      "each store sees what the other wrote",
      ALL,
      async (mine, context, type) => {
        const theirs = await inAnotherStore(context, type);
        await mine.insertMany([
          ["a", 1],
          ["b", 1],
        ]);
        same(await theirs.lookup("a"), [["a", 1]]);
        await theirs.delete("a");
        await theirs.insert(["c", 1]);
        same(
          [await mine.lookup("a"), await mine.lookup("c"), await mine.size],
          [[], [["c", 1]], 2],
        );
        same((await collect(mine.keys())).length, 2, "the number of keys");
      },
      "shared",
    );

    eachType(
      "insertNew and take by callers of both stores have one winner",
      ALL,
      async (mine, context, type) => {
        const tables = [mine, await inAnotherStore(context, type)];
        const won = await byBoth(tables, (table, caller) => table.insertNew(["k", caller]));
        same(won.filter((inserted) => inserted).length, 1, "how many inserted");
        const taken = await byBoth(tables, (table) => table.take("k"));
        same(taken.filter((records) => records.length > 0).length, 1, "how many took");
      },
      "shared",
    );

    eachType(
      "updateCounter and replace by callers of both stores lose nothing",
      UNIQUE,
      async (mine, context, type) => {
        const tables = [mine, await inAnotherStore(context, type)];
        await byBoth(tables, (table) => table.updateCounter("k", 1, ["k", 0]));
        same(await mine.lookup("k"), [["k", 40]]);
        const won = await byBoth(tables, (table, caller) =>
          table.replace(["k", 40], ["k", -caller]),
        );
        same(won.filter((swapped) => swapped).length, 1, "how many swapped");
      },
      "shared",
    );

    test(
      "batches by callers of both stores lose nothing, and of those with one condition one is done",
      async (context) => {
        const stores = [context.store, context.openStore()];
        const opened = await Promise.all(
          stores.map(async (store) => ({
            store,
            claims: (await store.ensureTable("d", "claims")) as AnyTable,
            counts: (await store.ensureTable("d", "counts")) as AnyTable,
          })),
        );
        const done = await Promise.all(
          Array.from({ length: 20 }, (_unused, number) =>
            opened.map(({ store, claims, counts }, which) =>
              store
                .batch()
                .updateCounter(counts, "all", 1, ["all", 0])
                .insertNew(claims, [number, which])
                .commit(),
            ),
          ).flat(),
        );
        same(done.filter((isDone) => isDone).length, 20, "how many were done");
        const [mine] = opened;
        same([await mine?.counts.lookup("all"), await mine?.claims.size], [[["all", 20]], 20]);
      },
      "shared",
      "batches",
    );

    test(
      "with shared: false, a second store sees nothing of the first, or is refused",
      async (context) => {
        const mine = await context.table();
        await mine.insert(["k", 1]);
        const opened = await outcomeOf(() => inAnotherStore(context, "set"));
        if ("error" in opened) {
          const { error } = opened;
          holds(
            isCoded(error) && error.code === "STORE_LOCKED",
            `expected STORE_LOCKED, got ${error}`,
          );
        } else {
          const theirs = opened.value as AnyTable;
          await mine.insert(["l", 1]);
          holds(
            !(await theirs.member("l")),
            "two stores see each other's writes: the adapter must declare shared: true",
          );
        }
        same(await mine.lookup("k"), [["k", 1]], "the first store's table");
      },
      "not shared",
    );
  },
};

function inAnotherStore(context: TestContext, type: TableType): Promise<AnyTable> {
  return Promise.resolve(context.openStore().ensureTable("d", "t", { type }));
}

/** Makes twenty calls on each of two tables, all at the same time. */
function byBoth<T>(
  tables: readonly AnyTable[],
  call: (table: AnyTable, caller: number) => T,
): Promise<Awaited<T>[]> {
  const calls = Array.from({ length: 20 }, (_unused, index) =>
    tables.map((table, which) => call(table, index * 2 + which)),
  );
  return Promise.all(calls.flat());
}
