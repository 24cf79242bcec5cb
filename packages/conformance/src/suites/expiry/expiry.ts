import type { WriteOptions } from "@store/core";
import { collect, holds, refuses, same } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, BAGS, type Suite, UNIQUE } from "../../harness/suite.js";
import { LATER } from "../../model/sample-moments.js";

const SOON_MS = 30;
const PATIENCE_MS = 3_000;

/** Waits until the table, which must find it before its moment, doesn't find the key any more. */
export async function gone(table: AnyTable, key: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (await table.member(key)) {
    holds(Date.now() < end, `${key} is there long after its moment`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Ways to write a record with a moment. */
const WRITES: Readonly<Record<string, (table: AnyTable, options: WriteOptions) => unknown>> = {
  insert: (table, options) => table.insert(["k", 1], options),
  insertMany: (table, options) => table.insertMany([["k", 1]], options),
  insertNew: (table, options) => table.insertNew(["k", 1], options),
  insertNewMany: (table, options) => table.insertNewMany([["k", 1]], options),
};

/** Moments from which records aren't there any more. */
export const expiry: Suite = {
  name: "expiry",
  heading: "Expiry",
  lookAt: "expire, expiresAt, and the moments that insertMany, insertNew and replace are handed",
  define({ eachType, test }) {
    eachType(
      "without the capability, whatever carries a moment throws STORE_NOT_SUPPORTED",
      ALL,
      async (table, { store }) => {
        for (const [name, write] of Object.entries(WRITES)) {
          await refuses("STORE_NOT_SUPPORTED", () => write(table, { expiresAt: LATER }), name);
        }
        await refuses("STORE_NOT_SUPPORTED", () => table.expire("k", LATER), "expire");
        await refuses("STORE_NOT_SUPPORTED", () => table.expiresAt("k"), "expiresAt");
        await refuses("STORE_NOT_SUPPORTED", () =>
          store.ensureTable("d", "other", { expireAfter: 1 }),
        );
        same(await table.size, 0, "size");
      },
      "not expiry",
    );

    for (const [name, write] of Object.entries(WRITES)) {
      eachType(
        `${name} with a moment ahead is there, and gone from that moment on`,
        ALL,
        async (table) => {
          await write(table, { expiresAt: LATER });
          same([await table.lookup("k"), await table.expiresAt("k")], [[["k", 1]], LATER]);
          await table.delete("k");
          await write(table, { expiresAt: Date.now() + SOON_MS });
          await gone(table, "k");
          await isGone(table);
        },
        "expiry",
      );

      eachType(
        `${name} with a moment that is past leaves no record`,
        ALL,
        async (table) => {
          await write(table, { expiresAt: new Date("2000-01-01") });
          await isGone(table);
          await write(table, { expiresAt: -1 });
          await isGone(table);
        },
        "expiry",
      );

      eachType(
        `${name} with what is no moment throws STORE_INVALID_OPERATION, and writes nothing`,
        ALL,
        async (table) => {
          for (const bad of [
            Number.NaN,
            Number.POSITIVE_INFINITY,
            "soon",
            null,
            new Date(Number.NaN),
            {},
          ]) {
            await refuses(
              "STORE_INVALID_OPERATION",
              () => write(table, { expiresAt: bad as never }),
              name,
            );
          }
          same(await table.size, 0, "size");
        },
        "expiry",
      );
    }

    eachType(
      "a record that expired is found by no call",
      ALL,
      async (table, _context, type) => {
        await table.insert(["a", 1]);
        await table.insert(["k", 1], { expiresAt: Date.now() + SOON_MS });
        await table.insert(["z", 1]);
        await gone(table, "k");
        same((await collect(table.records())).length, 2, "records");
        same(
          (await collect(table.keys())).filter((key) => key === "k"),
          [],
          "keys",
        );
        same(await table.foldl((_record, n) => n + 1, 0), 2, "foldl");
        same([await table.lookupMany(["k"]), await table.take("k")], [[[]], []]);
        same(await table.lookupElement("k", 2, "none"), "none");
        same([await table.deleteObject(["k", 1]), await table.deleteMany(["k"])], [0, 0]);
        same([await table.expire("k", LATER), await table.expiresAt("k")], [false, undefined]);
        const walked = [];
        for (let key = await table.first(); key !== undefined; key = await table.next(key))
          walked.push(key);
        same(
          walked.filter((key) => key === "k"),
          [],
          "the walk",
        );
        same(walked.length, 2, "the keys of the walk");
        if (type === "ordered_set") {
          same(
            [await table.next("a"), await table.prev("z"), await table.next("k")],
            ["z", "a", "z"],
          );
          same(await collect(table.keys({ gte: "k", lt: "l" })), [], "a range");
          same(await table.deleteRange({ gte: "k", lt: "l" }), 0, "deleteRange");
        }
        same(await table.insertNew(["k", 2]), true, "insertNew");
        same([await table.lookup("k"), await table.expiresAt("k")], [[["k", 2]], undefined]);
      },
      "expiry",
    );

    eachType(
      "size and count forget what expired when it is replaced",
      ALL,
      async (table) => {
        await table.insert(["k", 1], { expiresAt: 1 });
        await table.insert(["k", 2]);
        same([await table.lookup("k"), await table.size, await table.count()], [[["k", 2]], 1, 1]);
      },
      "expiry",
    );

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
      "what expired is another's to replace and to count anew",
      UNIQUE,
      async (table) => {
        await table.insert(["k", 5], { expiresAt: Date.now() + SOON_MS });
        await gone(table, "k");
        same(await table.replace(["k", 5], ["k", 6]), false, "replace");
        same(await table.updateElement("k", [2, 1]), false, "updateElement");
        await refuses("STORE_KEY_NOT_FOUND", () => table.updateCounter("k", 1));
        same(await table.updateCounter("k", 1, ["k", 10]), 11, "updateCounter with a default");
        same(await table.expiresAt("k"), undefined, "the moment of the new record");
      },
      "expiry",
    );

    eachType(
      "append numbers after what expired as after what was deleted",
      ["ordered_set"],
      async (table) => {
        await table.insert([["r", 1], 1]);
        await table.insert([["r", 2], 1], { expiresAt: 1 });
        same(await table.append(["r"], 2), ["r", 2]);
        same(
          [await table.lookup(["r", 2]), await table.expiresAt(["r", 2])],
          [[[["r", 2], 2]], undefined],
        );
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

    eachType(
      "the earliest of a key's moments is what expiresAt returns",
      BAGS,
      async (table) => {
        await table.insert(["k", 1], { expiresAt: LATER + 5 });
        await table.insert(["k", 2], { expiresAt: LATER });
        await table.insert(["k", 3]);
        same(await table.expiresAt("k"), LATER);
      },
      "expiry",
    );
  },
};

/** Fails unless no call finds the key `k`. */
async function isGone(table: AnyTable): Promise<void> {
  same([await table.lookup("k"), await table.member("k")], [[], false], "lookup and member");
  same([await table.expiresAt("k"), await table.take("k")], [undefined, []], "expiresAt and take");
  same([await table.first(), await collect(table.keys())], [undefined, []], "first and keys");
}
