// @ts-check
/**
 * `handover.mjs directory turn close|kill`: one turn of a data directory that goes from runtime to runtime. Reads what
 * the turns before this one wrote, compares it with what they should have written, and continues it. At the end it
 * closes its stores, or kills itself, so that the next turn has a dead owner to take over from.
 */
import { equal, ok } from "node:assert/strict";
import { inspect, isDeepStrictEqual } from "node:util";
import { dist } from "./dist.mjs";

const { createStore } = await import(dist("core"));
const { fileAdapter } = await import(dist("adapters/file"));
const { memoryAdapter } = await import(dist("adapters/memory"));

const TYPES = ["set", "ordered_set", "bag", "duplicate_bag"];
const OPTIONS = [{}, { ramFile: true }, { atomicCounters: true }];

const [, , directory = "", number = "1", ending = "close"] = process.argv;
const turn = Number(number);

const stores = OPTIONS.map((options, index) => {
  const dataDir = `${directory}/${index}`;
  return createStore({ adapter: fileAdapter, options: { ...options, dataDir } });
});
const expected = tablesOf(createStore({ adapter: memoryAdapter }));
for (let earlier = 1; earlier < turn; earlier++) continueWith(expected, earlier);

let records = 0;
for (const [place, store] of stores.entries()) {
  const tables = tablesOf(store);
  for (const [index, table] of tables.entries()) {
    compare(table, expected[index]);
    records += table.size;
  }
  continueWith(tables, turn);
  // A file that is kept in memory, and counters that are kept aside, outlive a killed process by `sync` only.
  if (place > 0) for (const table of tables) table.sync();
}
console.log(JSON.stringify({ records }));
if (ending === "kill") process.kill(process.pid, "SIGKILL");
for (const store of stores) store.close();

/** A table of each type. @param {any} store @returns {any[]} */
function tablesOf(store) {
  return TYPES.map((type) => store.ensureTable("handover", type, { type }));
}

/** What a turn does to the tables: it inserts, counts, deletes and replaces. @param {any[]} tables @param {number} n */
function continueWith(tables, n) {
  for (const table of tables) {
    for (const key of keys(n)) table.insert([key, n, values(n)]);
    table.insertMany(Array.from({ length: 500 }, (_, i) => [["many", n, i], i, "x".repeat(i)]));
    table.insert(["shared", n]);
    table.delete(["many", n - 1, 7]);
    table.matchDelete([["many", n - 1, 8], 8, "x".repeat(8)]);
  }
  for (const table of tables.slice(0, 2)) {
    table.updateCounter("count", n, ["count", 0, 2n ** 60n]);
    table.updateElement("shared", [2, new Map([[`turn ${n}`, values(n)]])]);
  }
}

/** Keys of every kind. @param {number} n */
function keys(n) {
  return [`é${n}`, "\ud800", n, -0, 2n ** 70n + BigInt(n), n % 2 === 0, null, bytes(n), ["a", [n]]];
}

/** A value of every kind. @param {number} n */
function values(n) {
  return {
    plain: [undefined, null, true, n, -0, Number.NaN, Number.NEGATIVE_INFINITY, -(2n ** 65n), ""],
    text: ["é", "\ud800", "𝄞", "x".repeat(70_000)],
    date: new Date(n),
    map: new Map([[{ key: n }, new Set([n, [n]])]]),
    bytes: bytes(n),
    bare: Object.assign(Object.create(null), { n }),
    own: Object.fromEntries([["__proto__", { n }]]),
  };
}

/** @param {number} n */
function bytes(n) {
  return Uint8Array.from({ length: n }, (_, i) => i);
}

/** The same records of each key; in an ordered table, the same order. @param {any} table @param {any} wanted */
function compare(table, wanted) {
  equal(table.size, wanted.size, `${table.type}: size`);
  for (const key of wanted.keys()) {
    const equals = isDeepStrictEqual(table.lookup(key), wanted.lookup(key));
    ok(equals, `${table.type}: the records of ${inspect(key)}`);
  }
  const inOrder = isDeepStrictEqual([...table.keys()], [...wanted.keys()]);
  ok(inOrder || table.type !== "ordered_set", "ordered_set: the order of the keys");
}
