// @ts-check
/**
 * The adapter beside the same statements by hand through `node:sqlite`, in turns, in one run: `npm run bench` in this
 * package. Says what a record costs in microseconds of the processor, the median of all rounds, and how many times the
 * hand-written that is. In a file system in memory (`BENCH_DIR=/dev/shm`), for a disk makes all of them wait alike.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { decodeRecord, encodeKey, encodeRecord } from "@store/codec";
import { createStore } from "@store/core";
import { sqliteAdapter } from "../dist/index.js";

const ROUNDS = 15;
const RECORDS = 20_000;
const AT_ONCE = 100;
const PRAGMAS = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384";

/** @param {number} index @returns {[string, object]} */
const recordOf = (index) => [
  `user-${(index * 7_919) % RECORDS}`,
  { name: `name ${index}`, at: 1_700_000_000_000 + index, tags: ["a", "b"], active: true },
];
const records = Array.from({ length: RECORDS }, (_, index) => recordOf(index));
const keys = records.map(([key]) => key);
const encoded = records.map((record) => ({
  key: encodeKey(record[0]),
  bytes: encodeRecord(record),
}));

/**
 * @typedef {object} Contestant
 * @property {(from: number) => void} insert a hundred records, from that one on
 * @property {(index: number) => unknown} lookup
 * @property {() => void} close
 */

/** @type {Record<string, (directory: string) => Contestant>} */
const CONTESTANTS = {
  "by hand, bytes ready": (directory) =>
    byHand(directory, {
      keyOf: (index) => encoded[index]?.key,
      bytesOf: (index) => encoded[index]?.bytes,
      decode: (bytes) => bytes,
    }),
  "by hand, with the codec": (directory) =>
    byHand(directory, {
      keyOf: (index) => encodeKey(keys[index] ?? ""),
      bytesOf: (index) => encodeRecord(records[index] ?? [""]),
      decode: decodeRecord,
    }),
  "by hand, with JSON": (directory) =>
    byHand(directory, {
      keyOf: (index) => keys[index],
      bytesOf: (index) => JSON.stringify(records[index]),
      decode: JSON.parse,
    }),
  "@store/sqlite": (directory) => {
    const store = createStore({
      adapter: sqliteAdapter,
      options: { path: join(directory, "a.db") },
    });
    const table = store.ensureTable("bench", "t");
    return {
      insert: (from) => table.insertMany(records.slice(from, from + AT_ONCE)),
      lookup: (index) => table.lookup(keys[index] ?? ""),
      close: () => store.close(),
    };
  },
};

/**
 * @param {string} directory
 * @param {{ keyOf(index: number): any, bytesOf(index: number): any, decode(bytes: any): unknown }} codec
 * @returns {Contestant}
 */
function byHand(directory, codec) {
  const database = new DatabaseSync(join(directory, "a.db"));
  database.exec(`${PRAGMAS}; CREATE TABLE t (key BLOB NOT NULL PRIMARY KEY, record BLOB NOT NULL)`);
  const insert = database.prepare(
    "INSERT INTO t VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET record = excluded.record",
  );
  const find = database.prepare("SELECT record FROM t WHERE key = ?");
  return {
    insert(from) {
      database.exec("BEGIN IMMEDIATE");
      for (let index = from; index < from + AT_ONCE; index++) {
        insert.run(codec.keyOf(index), codec.bytesOf(index));
      }
      database.exec("COMMIT");
    },
    lookup: (index) => codec.decode(find.get(codec.keyOf(index))?.record),
    close: () => database.close(),
  };
}

/** @type {Record<string, Record<string, number[]>>} */
const times = { "insertMany by 100": {}, "insertMany by 100, again": {}, lookup: {} };

for (let round = 0; round < ROUNDS; round++) {
  for (const [name, open] of Object.entries(CONTESTANTS)) {
    const directory = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), "sqlite-bench-"));
    const contestant = open(directory);
    const insertAll = () => {
      for (let from = 0; from < RECORDS; from += AT_ONCE) contestant.insert(from);
    };
    time("insertMany by 100", name, insertAll);
    time("insertMany by 100, again", name, insertAll);
    time("lookup", name, () => {
      for (let index = 0; index < RECORDS; index++) contestant.lookup(index);
    });
    contestant.close();
    rmSync(directory, { recursive: true });
  }
}

for (const [what, byName] of Object.entries(times)) {
  console.log(`\n${what}, µs a record, Node ${process.versions.node}`);
  const ours = median(byName["@store/sqlite"] ?? []);
  for (const [name, samples] of Object.entries(byName)) {
    const value = median(samples);
    console.log(
      `  ${name.padEnd(26)}${value.toFixed(2).padStart(8)}   ${(ours / value).toFixed(2)}x`,
    );
  }
}

/** @param {string} what @param {string} name @param {() => void} work */
function time(what, name, work) {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  const samples = times[what] ?? {};
  samples[name] = [...(samples[name] ?? []), (user + system) / RECORDS];
}

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
