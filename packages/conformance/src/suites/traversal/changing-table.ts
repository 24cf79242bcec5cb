import type { Key, StoreRecord } from "@store/core";
import { collect, holds, refuses, same, sameKeys } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, type Suite } from "../../harness/suite.js";
import { inKeyOrder } from "../../model/key-order.js";

const COUNT = 30;

/** Open iterators while the table changes. random/against-model.ts does the same at random. */
export const change: Suite = {
  name: "records, keys, foldl while the table changes",
  heading: "Traversal",
  lookAt:
    "scan and scanKeys if the adapter has them: how they go on after a write; else next and prev",
  define({ eachType }) {
    for (const what of ["records", "keys"] as const) {
      eachType(
        `${what} while each returned key is deleted misses and repeats nothing`,
        ALL,
        async (table) => {
          await fill(table);
          const seen = await keysOf(table, what, (key) => table.delete(key));
          sameKeys(seen, numbers(), "the keys come by");
          same(await table.size, 0, "size after");
        },
      );

      eachType(
        `${what} while keys are deleted misses none that stays and repeats nothing`,
        ALL,
        async (table) => {
          await fill(table);
          let step = 0;
          const seen = await keysOf(table, what, async () => {
            if (step < COUNT / 3) await table.delete(step++ * 3);
          });
          const stayed = numbers().filter((key) => key % 3 !== 0);
          checkSeen(seen, stayed, numbers());
        },
      );

      eachType(`${what} while keys are inserted: none missed, none twice`, ALL, async (table) => {
        await fill(table);
        let step = 0;
        const seen = await keysOf(table, what, async () => {
          if (step < 20) {
            await table.insertMany([
              [step + 0.5, "new"],
              [-step - 1, "new"],
              [COUNT + step, "new"],
            ]);
          }
          step++;
        });
        checkSeen(seen, numbers(), await collect(table.keys()));
      });

      eachType(
        `${what} while records are replaced misses and repeats nothing`,
        ["set", "ordered_set"],
        async (table) => {
          await fill(table);
          let step = 0;
          const seen = await keysOf(table, what, async () => {
            await table.insert([step % COUNT, "new"]);
            await table.insert([(step * 7 + 15) % COUNT, "newer"]);
            step++;
          });
          sameKeys(seen, numbers());
        },
      );

      eachType(`${what} goes on after deleteAllObjects`, ALL, async (table) => {
        await fill(table);
        const seen = await keysOf(table, what, () => table.deleteAllObjects());
        checkSeen(seen, [], numbers());
      });

      eachType(
        `${what} while keys are inserted and deleted stays in key order, also in reverse`,
        ["ordered_set"],
        async (table) => {
          for (const reverse of [false, true]) {
            await table.deleteAllObjects();
            await fill(table);
            let step = 0;
            const churn = async () => {
              await table.delete((step * 11) % COUNT);
              await table.insert([((step * 13) % COUNT) + 0.25, "new"]);
              step++;
            };
            const seen = await keysOf(table, what, churn, { reverse });
            const order = seen.map((key, index) =>
              index === 0 ? 1 : inKeyOrder(key, seen[index - 1] as Key),
            );
            holds(
              order.slice(1).every((sign) => (reverse ? sign < 0 : sign > 0)),
              `keys come out of order: ${seen.join(", ")}`,
            );
          }
        },
      );
    }

    eachType(
      "records called before a change and read after it misses no record that stays",
      ALL,
      async (table) => {
        await fill(table);
        const steps = table.records();
        await table.delete(0);
        await table.delete(15);
        await table.insert([15.5, "new"]);
        const keys = (await collect(steps)).map(([key]) => key);
        checkSeen(
          keys,
          numbers().filter((key) => key !== 0 && key !== 15),
          [...numbers(), 15.5],
        );
      },
    );

    eachType(
      "records of a bag while other records of the same keys are deleted misses none that stays",
      ["bag", "duplicate_bag"],
      async (table) => {
        for (let value = 0; value < 4; value++) {
          await table.insertMany(
            numbers()
              .slice(0, 10)
              .map((key): StoreRecord => [key, value]),
          );
        }
        const seen: unknown[] = [];
        for await (const [key, value] of table.records()) {
          seen.push([key, value]);
          await table.deleteObject([key, (Number(value) + 1) % 2]);
        }
        for (const key of numbers().slice(0, 10)) {
          for (const value of [2, 3]) {
            const times = seen.filter((record) => sameNumbers(record, [key, value])).length;
            same(times, 1, `how often [${key}, ${value}] came`);
          }
        }
      },
    );

    eachType(
      "foldl whose fn changes the table misses and repeats nothing",
      ALL,
      async (table, context) => {
        if (context.mode !== "sync") return;
        await fill(table);
        const seen = await table.foldl((record, keys: Key[]) => {
          void table.delete(record[0]);
          if (typeof record[0] === "number") void table.insert([`new ${record[0]}`, 1]);
          return [...keys, record[0]];
        }, []);
        checkSeen(
          seen.filter((key) => typeof key === "number"),
          numbers(),
          numbers(),
        );
      },
    );

    eachType(
      "records of a table that is closed meanwhile throws STORE_TABLE_CLOSED",
      ALL,
      async (table) => {
        await fill(table);
        const steps = table.records();
        await steps.next();
        await table.close();
        await refuses("STORE_TABLE_CLOSED", () => steps.next(), "records", '"t"');
      },
    );
  },
};

function numbers(): number[] {
  return Array.from({ length: COUNT }, (_unused, key) => key);
}

async function fill(table: AnyTable): Promise<void> {
  await table.insertMany(numbers().map((key): StoreRecord => [(key * 17) % COUNT, "old"]));
}

/** The keys that an iterator returns, with `meanwhile` called after each. */
async function keysOf(
  table: AnyTable,
  what: "records" | "keys",
  meanwhile: (key: Key) => unknown,
  range = {},
): Promise<Key[]> {
  const seen: Key[] = [];
  const steps = what === "keys" ? table.keys(range) : table.records(range);
  for await (const value of steps) {
    const key = what === "keys" ? (value as Key) : (value as StoreRecord)[0];
    seen.push(key);
    await meanwhile(key);
    holds(
      seen.length < 2_000,
      "the iterator doesn't end: it returns records that are inserted during the iteration",
    );
  }
  return seen;
}

/** Fails unless `seen` has each key of `needed` once, and others of `allowed` at most once. */
function checkSeen(seen: readonly Key[], needed: readonly Key[], allowed: readonly Key[]): void {
  same(new Set(seen).size, seen.length, "the number of different keys come by");
  const [came, may] = [new Set(seen), new Set(allowed)];
  const missed = needed.filter((key) => !came.has(key));
  same(missed, [], "what was missed, though it was there throughout");
  same(
    seen.filter((key) => !may.has(key)),
    [],
    "the keys that never were there",
  );
}

function sameNumbers(a: unknown, b: readonly number[]): boolean {
  return Array.isArray(a) && a.every((value, index) => value === b[index]);
}
