import { setImmediate } from "node:timers/promises";
import { _, type StoreRecord } from "@store/core";
import { holds, same } from "../../assertions/assertion.js";
import { ALL, type Suite, UNIQUE } from "../../harness/suite.js";

const CALLERS = 30;

/** Many callers at once: each operation is atomic. In a sync store the calls happen one after another. */
export const concurrency: Suite = {
  name: "many callers at once",
  heading: "Atomicity and concurrency",
  lookAt:
    "insertNew, take, update, updateCounter and insertMany: each must be one atomic step, such as a transaction. An async adapter may leave out the first three; core then runs all writes one after another",
  define({ eachType }) {
    eachType(
      "updateCounter by N callers counts N, and returns a different number to each",
      UNIQUE,
      async (table) => {
        await table.insert(["k", 0]);
        const counts = await atOnce(() => table.updateCounter("k", 1));
        same(sorted(counts), oneTo(CALLERS), "the numbers given");
        same(await table.lookup("k"), [["k", CALLERS]]);
      },
    );

    eachType(
      "updateCounter by N callers of a missing key, with a default, counts N",
      UNIQUE,
      async (table) => {
        const counts = await atOnce(() => table.updateCounter("k", 1, ["k", 0, "x"]));
        same(sorted(counts), oneTo(CALLERS), "the numbers given");
        same(await table.lookup("k"), [["k", CALLERS, "x"]]);
      },
    );

    eachType(
      "updateCounter with a threshold by N callers wraps around each time",
      UNIQUE,
      async (table) => {
        await table.insert(["k", 0]);
        await atOnce(() => table.updateCounter("k", [2, 1, 6, 0]));
        same(await table.lookup("k"), [["k", CALLERS % 7]]);
      },
    );

    eachType("updateCounter of two elements by N callers loses neither", UNIQUE, async (table) => {
      await table.insert(["k", 0, 0n]);
      await atOnce((caller) => table.updateCounter("k", caller % 2 === 0 ? 1 : [3, 1]));
      same(await table.lookup("k"), [["k", CALLERS / 2, BigInt(CALLERS / 2)]]);
    });

    eachType("updateCounter and updateElement at once lose neither", UNIQUE, async (table) => {
      await table.insert(["k", 0, "old"]);
      await atOnce((caller) =>
        caller % 5 === 0 ? table.updateElement("k", [3, caller]) : table.updateCounter("k", 1),
      );
      const [record] = await table.lookup("k");
      same(record?.[1], CALLERS * 0.8, "the counter");
      holds(record?.[2] !== "old", "an element that was updated must have its new value");
    });

    eachType("insertNew of one key by N callers returns true to one", ALL, async (table) => {
      const won = await atOnce((caller) => table.insertNew(["k", caller]));
      same(won.filter((inserted) => inserted).length, 1, "the number of callers that inserted");
      same(await table.lookup("k"), [["k", won.indexOf(true)]], "the record of the one that did");
      same(await table.size, 1, "size");
    });

    eachType(
      "insertNewMany of overlapping keys by N callers inserts all of a list or nothing",
      ALL,
      async (table) => {
        const won = await atOnce((caller) =>
          table.insertNewMany([
            [caller, caller],
            [(caller + 1) % CALLERS, caller],
          ]),
        );
        same(await table.size, won.filter((inserted) => inserted).length * 2, "size");
        for (const [caller, inserted] of won.entries()) {
          if (inserted) same(await table.lookup(caller), [[caller, caller]], "the winner's record");
        }
      },
    );

    eachType("take of one key by N callers returns the records to one", ALL, async (table) => {
      await table.insert(["k", 1]);
      const taken = await atOnce(() => table.take("k"));
      const got = taken.filter((records) => records.length > 0);
      same(got, [[["k", 1]]], "what they got");
      same(await table.size, 0, "size");
    });

    eachType("replace of one record by N callers returns true to one", UNIQUE, async (table) => {
      await table.insert(["k", "old"]);
      const won = await atOnce((caller) => table.replace(["k", "old"], ["k", caller]));
      same(won.filter((swapped) => swapped).length, 1, "the number of callers that swapped");
      same(await table.lookup("k"), [["k", won.indexOf(true)]], "the record of the one that did");
    });

    eachType("replace in a loop by N callers counts N", UNIQUE, async (table) => {
      await table.insert(["k", 0]);
      await atOnce(async () => {
        for (;;) {
          const [record] = await table.lookup("k");
          const count = Number(record?.[1]);
          if (await table.replace(["k", count], ["k", count + 1])) return;
        }
      }, 10);
      same(await table.lookup("k"), [["k", 10]]);
    });

    eachType("insert by N callers keeps all of them", ALL, async (table) => {
      await atOnce((caller) => table.insert([["k", caller], caller]));
      same(await table.size, CALLERS, "size");
      for (let caller = 0; caller < CALLERS; caller++) {
        same(await table.lookup(["k", caller]), [[["k", caller], caller]]);
      }
    });

    eachType(
      "insert into one key by N callers keeps all of them",
      ["bag", "duplicate_bag"],
      async (table) => {
        await atOnce((caller) => table.insert(["k", caller]));
        const values = (await table.lookup("k")).map(([, value]) => value);
        same(
          sorted(values),
          Array.from({ length: CALLERS }, (_unused, caller) => caller),
        );
        same(await table.size, CALLERS, "size");
      },
    );

    eachType("insert of equal records by N callers keeps one", ["bag"], async (table) => {
      await atOnce(() => table.insert(["k", { a: 1 }]));
      same(await table.lookup("k"), [["k", { a: 1 }]]);
      same(await table.size, 1, "size");
    });

    eachType(
      "insertMany of the same keys by N callers leaves the records of one caller",
      UNIQUE,
      async (table) => {
        await atOnce((caller) =>
          table.insertMany(["a", "b", "c"].map((key): StoreRecord => [key, caller])),
        );
        const records = [await table.lookup("a"), await table.lookup("b"), await table.lookup("c")];
        same(new Set(records.map(([record]) => record?.[1])).size, 1, "the number of writers left");
        same(await table.size, 3, "size");
      },
    );

    eachType(
      "matchDelete of the same records by N callers counts each record once",
      ALL,
      async (table) => {
        await table.insertMany(oneTo(40).map((key): StoreRecord => [key, key % 2]));
        const counts = await atOnce(() => table.matchDelete([_, 1]));
        same(
          counts.reduce((sum, count) => sum + count, 0),
          20,
          "the sum of the counts",
        );
        same(await table.size, 20, "size");
      },
    );

    eachType(
      "insertMany is seen as a whole or not at all before it has returned",
      ALL,
      async (table) => {
        const records = oneTo(100).map((key): StoreRecord => [key, "new"]);
        const writing = Promise.resolve(table.insertMany(records));
        const sizes = new Set<number>();
        for (let look = 0; look < 50; look++) {
          sizes.add(await table.size);
          if (look % 10 === 0) await nextTurn();
        }
        await writing;
        const halves = [...sizes].filter((size) => size !== 0 && size !== 100);
        same(
          halves,
          [],
          "the sizes, besides 0 and 100, that readers saw while insertMany of 100 records was under way",
        );
      },
    );

    eachType(
      "matchDelete, insert and updateCounter at once leave the effect of each",
      UNIQUE,
      async (table) => {
        await table.insertMany(oneTo(40).map((key): StoreRecord => [key, "old"]));
        await table.insert(["count", 0]);
        const done = await atOnce(async (caller) => {
          if (caller % 3 === 0) return table.matchDelete([caller, "old"]);
          if (caller % 3 === 1) return table.insert([`new ${caller}`, caller]);
          return table.updateCounter("count", 1);
        });
        const counted = done.filter((_result, caller) => caller % 3 === 2).length;
        const inserted = done.filter((_result, caller) => caller % 3 === 1).length;
        const deleted = done.filter(
          (_result, caller) => caller % 3 === 0 && caller >= 1 && caller <= 40,
        );
        same(await table.lookup("count"), [["count", counted]]);
        same(await table.size, 41 + inserted - deleted.length, "size");
      },
    );

    eachType("take and insertNew of one key at once lose no record", ALL, async (table) => {
      await table.insert(["k", "first"]);
      const done = await atOnce(async (caller): Promise<number> => {
        if (caller % 2 === 0) return -(await table.take("k")).length;
        return (await table.insertNew(["k", caller])) ? 1 : 0;
      });
      const left = done.reduce((sum, change) => sum + change, 1);
      same((await table.lookup("k")).length, left, "the number of records that are left");
      same(await table.size, left, "size");
    });
  },
};

/** Lets timers and input and output proceed. */
function nextTurn(): Promise<void> {
  return setImmediate();
}

/** Makes all calls before it waits for the first. */
function atOnce<T>(call: (caller: number) => T, callers = CALLERS): Promise<Awaited<T>[]> {
  return Promise.all(Array.from({ length: callers }, (_unused, caller) => call(caller)));
}

function sorted(values: readonly unknown[]): number[] {
  return values.map(Number).sort((a, b) => a - b);
}

function oneTo(count: number): number[] {
  return Array.from({ length: count }, (_unused, index) => index + 1);
}
