import { holds, refuses, same } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, type Suite, UNIQUE } from "../../harness/suite.js";
import { LATER } from "../../model/sample-moments.js";
import { gone, isGone, SOON_MS } from "./expiry.js";

/** Who gives records their moments, and what keeps them. */
export const moments: Suite = {
  name: "setting and keeping moments",
  heading: "Expiry",
  lookAt: "expire and expiresAt; update and replace, and what is stored with a record",
  define({ eachType, test }) {
    eachType(
      "updates leave the moment, insert and replace without one take it away",
      UNIQUE,
      async (table) => {
        await table.insert(["k", 1], { expiresAt: LATER });
        await table.updateCounter("k", 1);
        await table.updateElement("k", [2, 5]);
        same([await table.lookup("k"), await table.expiresAt("k")], [[["k", 5]], LATER]);
        same(await table.replace(["k", 5], ["k", 6]), true);
        same(await table.expiresAt("k"), undefined, "after replace");
        same(await table.replace(["k", 6], ["k", 7], { expiresAt: LATER }), true);
        same(await table.expiresAt("k"), LATER, "after replace with one");
        await table.insert(["k", 8]);
        same(await table.expiresAt("k"), undefined, "after insert");
        same(
          await table.replace(["k", 8], ["k", 9], { expiresAt: 5 }),
          true,
          "replace with a moment that is past",
        );
        await isGone(table);
      },
      "expiry",
    );

    eachType(
      "expire sets, clears and reads the moment",
      ALL,
      async (table) => {
        same(
          [await table.expire("k", LATER), await table.expiresAt("k")],
          [false, undefined],
          "no key",
        );
        await table.insert(["k", 1]);
        same(
          [await table.expiresAt("k"), await table.expire("k", new Date(LATER))],
          [undefined, true],
        );
        same(await table.expiresAt("k"), LATER);
        same(
          [await table.expire("k", null), await table.expiresAt("k")],
          [true, undefined],
          "cleared",
        );
        for (const bad of [Number.NaN, "soon", undefined, {}]) {
          await refuses("STORE_INVALID_OPERATION", () => table.expire("k", bad as never), "expire");
        }
        same(
          [await table.expire("k", Date.now() + SOON_MS), await table.expiresAt("j")],
          [true, undefined],
        );
        await gone(table, "k");
        await table.insert(["k", 1]);
        same(await table.expire("k", 1), true, "to a moment that is past");
        await isGone(table);
      },
      "expiry",
    );

    test(
      "expireAfter gives what is written through the handle a moment, unless the write has its own",
      async ({ store }) => {
        const table = (await store.ensureTable("d", "short", { expireAfter: 60_000 })) as AnyTable;
        const before = Date.now();
        await table.insert(["k", 1]);
        const at = (await table.expiresAt("k")) ?? 0;
        holds(at >= before + 60_000 && at <= Date.now() + 60_000, `expiresAt is ${at}`);
        await table.insert(["j", 1], { expiresAt: LATER });
        same(await table.expiresAt("j"), LATER);
        await table.updateCounter("n", 1, ["n", 0]);
        holds((await table.expiresAt("n")) !== undefined, "a default record must get a moment");
        await refuses("STORE_INVALID_OPERATION", () =>
          store.ensureTable("d", "short", { expireAfter: 5 }),
        );
        const brief = (await store.ensureTable("d", "brief", { expireAfter: SOON_MS })) as AnyTable;
        await brief.insert(["k", 1]);
        await gone(brief, "k");
        for (const bad of [-1, Number.NaN, "1", null]) {
          await refuses("STORE_INVALID_OPTIONS", () =>
            store.ensureTable("d", "bad", { expireAfter: bad as never }),
          );
        }
      },
      "expiry",
    );

    test(
      "operations of a batch carry moments, and see what expired as gone",
      async (context) => {
        const table = await context.table();
        await table.insert(["old", 1], { expiresAt: 1 });
        await table.insert(["k", 1], { expiresAt: LATER });
        const builder = context.store
          .batch()
          .insertNew(table, ["old", 2], { expiresAt: LATER })
          .check(table, "never", undefined)
          .insert(table, ["past", 1], { expiresAt: 5 })
          .check(table, "past", undefined)
          .replace(table, ["k", 1], ["k", 2])
          .insertMany(
            table,
            [
              ["a", 1],
              ["b", 1],
            ],
            { expiresAt: LATER },
          )
          .updateCounter(table, "a", 1);
        same(await builder.commit(), true);
        same([await table.lookup("old"), await table.expiresAt("old")], [[["old", 2]], LATER]);
        same(
          [await table.lookup("k"), await table.expiresAt("k"), await table.member("past")],
          [[["k", 2]], undefined, false],
        );
        same(
          [await table.lookup("a"), await table.expiresAt("a"), await table.expiresAt("b")],
          [[["a", 2]], LATER, LATER],
        );
      },
      "expiry",
      "batches",
    );

    eachType(
      "moments are there after the store was closed and opened",
      ALL,
      async (table, context) => {
        await table.insert(["k", 1], { expiresAt: LATER });
        await table.insert(["never", 1]);
        await table.insert(["soon", 1], { expiresAt: Date.now() + SOON_MS });
        await context.store.close();
        const again = (await context.openStore().ensureTable("d", "t")) as AnyTable;
        same([await again.expiresAt("k"), await again.expiresAt("never")], [LATER, undefined]);
        await gone(again, "soon");
        same(await again.insertNew(["soon", 2]), true);
        same(await again.lookupMany(["k", "never"]), [[["k", 1]], [["never", 1]]]);
      },
      "expiry",
      "durable",
    );

    eachType(
      "moments go along with a domain that is moved",
      ALL,
      async (table, context, type) => {
        await table.insert(["k", 1], { expiresAt: LATER });
        await table.insert(["never", 1]);
        await table.insert(["past", 1], { expiresAt: 1 });
        await context.store.migrateDomain("d", await context.anotherBackend());
        const moved = await context.table(type);
        same([await moved.expiresAt("k"), await moved.expiresAt("never")], [LATER, undefined]);
        same([await moved.member("past"), await moved.lookup("k")], [false, [["k", 1]]]);
      },
      "expiry",
    );
  },
};
