import type { WriteOptions } from "@store/core";
import { collect, holds, refuses, same } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, type Suite, UNIQUE } from "../../harness/suite.js";
import { LATER } from "../../model/sample-moments.js";

export const SOON_MS = 30;
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
  define({ eachType }) {
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
  },
};

/** Fails unless no call finds the key `k`. */
export async function isGone(table: AnyTable): Promise<void> {
  same([await table.lookup("k"), await table.member("k")], [[], false], "lookup and member");
  same([await table.expiresAt("k"), await table.take("k")], [undefined, []], "expiresAt and take");
  same([await table.first(), await collect(table.keys())], [undefined, []], "first and keys");
}
