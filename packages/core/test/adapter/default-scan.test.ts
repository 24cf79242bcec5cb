import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  _,
  type Adapter,
  type Key,
  type Mode,
  type ScanRange,
  type TableType,
} from "../../src/index.js";
import { compareKeys } from "../../src/values/key-order.js";
import { arrayAdapter, asyncArrayAdapter } from "../support/array-adapter.js";
import { failure, storeOf } from "../support/mode.js";
import { choices } from "../support/stored-value.js";

const WORLDS: [Mode, Mode][] = [
  ["sync", "sync"],
  ["async", "sync"],
  ["async", "async"],
];
const TYPES: TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];

const key = fc.integer({ min: 0, max: 8 });
/** What happens between two steps: a key that goes or comes, awaited or not. */
const change = fc.record({
  kind: fc.constantFrom("insert", "delete", "take", "nothing"),
  key,
  awaited: fc.boolean(),
});

describe.each(WORLDS)(
  "in an %s store with an %s adapter of the mandatory methods",
  (mode, methods) => {
    const adapterOf = (seed: number): Adapter => {
      const choose = choices(seed);
      return methods === "sync" ? arrayAdapter() : asyncArrayAdapter({}, () => choose(4));
    };
    const open = (type: TableType, seed = 1) =>
      storeOf(mode, adapterOf(seed)).ensureTable("d", "t", { type });

    describe.each(TYPES)("a %s", (type) => {
      const isBag = type.endsWith("bag");
      const course = fc.record({
        initial: fc.uniqueArray(key, { maxLength: 8 }),
        changes: fc.array(change, { maxLength: 12 }),
        seed: fc.nat(),
        reverse: type === "ordered_set" ? fc.boolean() : fc.constant(false),
      });

      test.each(["records", "keys"] as const)(
        "%s() of a changing table misses none that stays, and none comes twice",
        async (operation) => {
          await fc.assert(
            fc.asyncProperty(course, async ({ initial, changes, seed, reverse }) => {
              const table = await open(type, seed);
              const values = isBag ? ["a", "b"] : ["a"];
              await table.insertMany(
                initial.flatMap((id) => values.map((value): [number, string] => [id, value])),
              );
              const stays = new Set(initial);
              const came: unknown[] = [];
              const pending: unknown[] = [];
              const left = [...changes];
              const range = type === "ordered_set" ? { reverse } : {};
              for await (const one of table[operation](range)) {
                came.push(one);
                const next = left.shift();
                if (next === undefined || next.kind === "nothing") continue;
                if (next.kind !== "insert") stays.delete(next.key);
                const result =
                  next.kind === "insert"
                    ? table.insertNew([next.key, "new"])
                    : next.kind === "take"
                      ? table.take(next.key)
                      : table.delete(next.key);
                pending.push(next.awaited ? await result : result);
              }
              await Promise.all(pending);
              const keys = came.map(
                (one) => (operation === "keys" ? one : (one as Key[])[0]) as Key,
              );
              const distinct = [...new Set(keys)];
              for (const id of stays) {
                const expected = isBag && operation === "records" ? 2 : 1;
                expect(keys.filter((other) => other === id)).toHaveLength(expected);
              }
              expect(new Set(came.map((one) => JSON.stringify(one))).size).toBe(came.length);
              if (type === "ordered_set") {
                const sorted = [...distinct].sort(compareKeys);
                expect(keys).toEqual(reverse ? sorted.reverse() : sorted);
              }
            }),
            { numRuns: 40 },
          );
        },
      );

      test("foldl and matchObject come by every record", async () => {
        const table = await open(type);
        const records = isBag
          ? [
              [1, "a"],
              [1, "b"],
              [2, "a"],
            ]
          : [
              [1, "a"],
              [2, "b"],
              [3, "a"],
            ];
        await table.insertMany(records as [number, string][]);
        expect(await table.foldl((record, all: unknown[]) => [...all, record], [])).toEqual(
          records,
        );
        expect(await table.matchObject([_, "a"])).toEqual(records.filter(([, to]) => to === "a"));
        expect(await table.matchObject([_, "a"], { limit: 1 })).toEqual([records[0]]);
        expect(await table.matchObject([_, "a"], { limit: 0 })).toEqual([]);
      });

      test("keys() of a bag with limits counts keys, records() records", async () => {
        const table = await open(type);
        const records = isBag
          ? [
              [1, "a"],
              [1, "b"],
              [2, "a"],
            ]
          : [[1], [2], [3]];
        await table.insertMany(records as [number, string][]);
        const count = async (steps: AsyncIterable<unknown>) => {
          let counted = 0;
          for await (const _one of steps) counted++;
          return counted;
        };
        expect(await count(table.keys({ limit: 2 }))).toBe(2);
        expect(await count(table.records({ limit: 2 }))).toBe(2);
        expect(await count(table.records({ limit: 0 }))).toBe(0);
        expect(await count(table.keys({ limit: 0 }))).toBe(0);
        expect(await count(table.records({ limit: Infinity }))).toBe(3);
      });
    });

    test.each(["records", "keys"] as const)(
      "%s() of a set, begun at once with deletions, misses none that stays",
      async (operation) => {
        for (let seed = 0; seed < 10; seed++) {
          const table = await open("set", seed);
          await table.insertMany([1, 2, 3, 4, 5, 6].map((id) => [id]));
          const came: unknown[] = [];
          const going = (async () => {
            for await (const one of table[operation]())
              came.push(operation === "keys" ? [one] : one);
          })();
          await Promise.all([going, table.delete(1), table.take(2), table.delete(4)]);
          expect(came).toEqual(expect.arrayContaining([[3], [5], [6]]));
        }
      },
    );

    test("keys() of a set leaves out a key that went before it came by", async () => {
      const table = await open("set");
      await table.insertMany([[1], [2], [3]]);
      const came: Key[] = [];
      for await (const id of table.keys()) {
        came.push(id);
        await table.delete(2);
      }
      expect(came).toEqual([1, 3]);
    });

    test("next() and prev() in a set tell its ends from a key that isn't there", async () => {
      const table = await open("set");
      await table.insertMany([[1], [2]]);
      expect(await table.next(1)).toBe(2);
      expect(await table.next(2)).toBe(undefined);
      expect(await table.prev(1)).toBe(undefined);
      await failure("STORE_KEY_NOT_FOUND", () => table.next(7));
      await failure("STORE_KEY_NOT_FOUND", () => table.prev(7));
    });

    test("records() in a range goes from bound to bound, both ways", async () => {
      const table = await open("ordered_set");
      await table.insertMany([1, 2, 3, 4, 5].map((id) => [id]));
      const found = async (range: object) => {
        const keys: Key[] = [];
        for await (const id of table.keys(range)) keys.push(id);
        const records: Key[] = [];
        for await (const [id] of table.records(range)) records.push(id);
        expect(records).toEqual(keys);
        return keys;
      };
      expect(await found({ gt: 2 })).toEqual([3, 4, 5]);
      expect(await found({ gte: 2, lt: 4 })).toEqual([2, 3]);
      expect(await found({ gte: 2.5, lte: 4 })).toEqual([3, 4]);
      expect(await found({ gt: 2, lt: 3 })).toEqual([]);
      expect(await found({ gt: 4, lt: 2 })).toEqual([]);
      expect(await found({ lte: 3, reverse: true })).toEqual([3, 2, 1]);
      expect(await found({ lt: 3.5, gte: 2, reverse: true })).toEqual([3, 2]);
      expect(await found({ gt: 3, reverse: true, limit: 1 })).toEqual([5]);
      expect(await found({ gt: 9 })).toEqual([]);
      expect(await found({ lt: 0, reverse: true })).toEqual([]);
    });
  },
);

describe.each(["sync", "async"] as const)(
  "an iterator over the scan of an adapter that is %s",
  (mode) => {
    /** A table whose scan notes that it was ended, in each of the ways. */
    async function scanned(notes: string[]) {
      const records = [
        [1, "a"],
        [2, "b"],
        [3, "c"],
      ];
      const sync = function* () {
        try {
          yield* records;
        } finally {
          notes.push("ended");
        }
      };
      const async = async function* () {
        try {
          yield* records;
        } finally {
          notes.push("ended");
        }
      };
      const adapter =
        mode === "sync"
          ? arrayAdapter({ methods: () => ({ scan: sync as never }) })
          : asyncArrayAdapter({ methods: () => ({ scan: async as never }) });
      return storeOf(mode, adapter).ensureTable("d", "t");
    }
    type Scanned = Awaited<ReturnType<typeof scanned>>;

    const take = async (steps: AsyncIterable<unknown>, count: number) => {
      let left = count;
      for await (const _one of steps) if (--left === 0) break;
    };
    const ends: [string, (table: Scanned) => unknown][] = [
      ["a loop over records() that breaks", (table) => take(table.records(), 1)],
      ["a loop over keys() that breaks", (table) => take(table.keys(), 1)],
      ["the limit of records()", (table) => take(table.records({ limit: 2 }), 9)],
      ["the limit of keys()", (table) => take(table.keys({ limit: 2 }), 9)],
      ["the limit of matchObject", (table) => table.matchObject([_, _], { limit: 1 })],
      [
        "return",
        async (table) => {
          const steps = table.records();
          await steps.next();
          await steps.return?.();
        },
      ],
      [
        "a function of foldl that throws",
        (table) =>
          failure("STORE_INVALID_OPERATION", () =>
            table.foldl(() => {
              throw new Error("enough");
            }, 0),
          ),
      ],
      [
        "close",
        async (table) => {
          const steps = table.records();
          await steps.next();
          await table.close();
          await failure("STORE_TABLE_CLOSED", () => steps.next());
        },
      ],
      ["the last record", (table) => take(table.records(), 9)],
    ];
    test.each(ends)("ended by %s ends the scan, once", async (_what, act) => {
      const notes: string[] = [];
      await act(await scanned(notes));
      expect(notes).toEqual(["ended"]);
    });

    test("over a bag's keys comes by each key once, and counts keys", async () => {
      const records = [
        [1, "a"],
        [1, "b"],
        [1, "c"],
        [2, "a"],
        [3, "a"],
      ] as const;
      const scan = ({ limit }: ScanRange): object => {
        const left = records.slice(0, limit);
        if (mode === "sync") return left;
        return (async function* () {
          yield* left;
        })();
      };
      const methods = () => ({ scan }) as object;
      const adapter = mode === "sync" ? arrayAdapter({ methods }) : asyncArrayAdapter({ methods });
      const table = await storeOf(mode, adapter).ensureTable("d", "t", { type: "bag" });
      const keys: Key[] = [];
      for await (const id of table.keys({ limit: 2 })) keys.push(id);
      expect(keys).toEqual([1, 2]);
    });

    test("that is ended returns no more", async () => {
      const table = await scanned([]);
      const steps = table.records();
      await steps.next();
      await steps.return?.();
      expect(await steps.next()).toEqual({ done: true, value: undefined });
    });
  },
);

describe.each(WORLDS.slice(1))(
  "an async iterator of an %s store with an %s adapter",
  (mode, methods) => {
    test.each(["records", "keys"] as const)(
      "of %s(), stepped many times at once, goes on in order",
      async (operation) => {
        const choose = choices(7);
        const adapter =
          methods === "sync" ? arrayAdapter() : asyncArrayAdapter({}, () => choose(4));
        const table = await storeOf(mode, adapter).ensureTable("d", "t", { type: "ordered_set" });
        await table.insertMany([[1], [2], [3]]);
        const steps = table[operation]();
        const results = await Promise.all([1, 2, 3, 4, 5].map(() => steps.next()));
        const one = (id: number) => (operation === "keys" ? id : [id]);
        expect(results.map(({ value }) => value)).toEqual([
          one(1),
          one(2),
          one(3),
          undefined,
          undefined,
        ]);
        expect(results.map(({ done }) => done)).toEqual([false, false, false, true, true]);
      },
    );

    test("that a wrong range was given fails at the first step, then is at its end", async () => {
      const adapter = methods === "sync" ? arrayAdapter() : asyncArrayAdapter();
      const table = await storeOf(mode, adapter).ensureTable("d", "t");
      const steps = table.records({ gt: 1 });
      const error = await failure("STORE_NOT_SUPPORTED", () => steps.next());
      expect(error.message).toMatch(/^records on table "t"/);
      expect((await steps.next()).done).toBe(true);
    });
  },
);
