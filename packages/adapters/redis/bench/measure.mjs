// Measures the adapter beside the bare commands, in one run, turn by turn: node bench/measure.mjs [URL]
import { execFileSync } from "node:child_process";
import { createStore } from "@store/core";
import { createClient } from "redis";
import { redisAdapter } from "../dist/index.js";

const url = process.argv[2] ?? "redis://127.0.0.1:6379";
const prefix = `measure-${process.pid}`;
const AS_BYTES = { typeMapping: { 36: Buffer } };
const RECORDS = 10_000;
const ROUNDS = 9;

const bare = await createClient({ url }).connect();
const store = createStore({ adapter: redisAdapter, options: { client: url, prefix } });
const tables = {
  set: await store.ensureTable("d", "set"),
  ordered: await store.ensureTable("d", "ordered", { type: "ordered_set" }),
  bag: await store.ensureTable("d", "bag", { type: "bag" }),
  counters: await store.ensureTable("d", "counters"),
};
const hash = `${prefix}:bare`;
const counters = `${prefix}:bare-counters`;
const value = "x".repeat(50);
const bytes = Buffer.from(value);

/** @param {number} n */
const keyOf = (n) => `key-${n % RECORDS}`;
/** @param {(string | Buffer)[]} args */
const command = (...args) => bare.sendCommand(args, AS_BYTES);

for (let first = 0; first < RECORDS; first += 1000) {
  const records = Array.from({ length: 1000 }, (_, n) => [keyOf(first + n), value, 1]);
  for (const table of [tables.set, tables.ordered, tables.bag]) await table.insertMany(records);
  await command("HSET", hash, ...records.flatMap(([key]) => [key, bytes]));
}

/**
 * Microseconds for a call, the median of some rounds, ours and the bare one in turns.
 * @param {number} calls
 * @param {number} callers
 * @param {((n: number) => Promise<unknown>)[]} variants
 */
async function compare(calls, callers, variants) {
  const times = variants.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, call] of variants.entries()) {
      let n = round * calls;
      const end = n + calls;
      const start = process.hrtime.bigint();
      await Promise.all(
        Array.from({ length: callers }, async () => {
          while (n < end) await call(n++);
        }),
      );
      times[index].push(Number(process.hrtime.bigint() - start) / 1000 / calls);
    }
  }
  return times.map((each) => each.sort((a, b) => a - b)[ROUNDS >> 1]);
}

/** @param {string} name @param {number} calls @param {number} callers */
async function row(name, calls, callers, ours, theirs) {
  const [mine, other] = await compare(calls, callers, [ours, theirs]);
  console.log(
    `| ${name} | ${mine.toFixed(1)} | ${other.toFixed(1)} | ${(mine / other).toFixed(2)} |`,
  );
  return mine;
}

const { set, ordered, bag, counters: counted } = tables;
const fields = Array.from({ length: 1000 }, (_, n) => [keyOf(n), bytes]).flat();
const records = Array.from({ length: 1000 }, (_, n) => [keyOf(n), value, 1]);
const keys = records.slice(0, 100).map(([key]) => key);
await command("HSET", counters, ...keys.flatMap((key) => [key, "0"]));

console.log("| one caller | µs | bare command | ratio |\n|---|---|---|---|");
await row(
  "`lookup`, beside HGET",
  1000,
  1,
  (n) => set.lookup(keyOf(n)),
  (n) => command("HGET", hash, keyOf(n)),
);
await row(
  "`lookupMany` of 100, beside HMGET",
  200,
  1,
  () => set.lookupMany(keys),
  () => command("HMGET", hash, ...keys),
);
await row(
  "`insert`, beside HSET",
  1000,
  1,
  (n) => set.insert([keyOf(n), value, n]),
  (n) => command("HSET", hash, keyOf(n), bytes),
);
await row(
  "`insert`, ordered_set, beside HSET",
  1000,
  1,
  (n) => ordered.insert([keyOf(n), value, n]),
  (n) => command("HSET", hash, keyOf(n), bytes),
);
await row(
  "`insertMany` of 1,000, beside HSET of 1,000",
  20,
  1,
  () => set.insertMany(records),
  () => command("HSET", hash, ...fields),
);
await row(
  "`updateCounter`, beside HINCRBY",
  1000,
  1,
  (n) => counted.updateCounter(keys[n % 100], 1, ["", 0]),
  (n) => command("HINCRBY", counters, keys[n % 100], "1"),
);
await row(
  "`insert` into a bag, beside HSET",
  1000,
  1,
  (n) => bag.insert([keyOf(n), value, 1]),
  (n) => command("HSET", hash, keyOf(n), bytes),
);

console.log("\n| 64 callers | µs | bare command | ratio |\n|---|---|---|---|");
const pipelined = {};
pipelined.HGET = await row(
  "`lookup`, beside HGET",
  30_000,
  64,
  (n) => set.lookup(keyOf(n)),
  (n) => command("HGET", hash, keyOf(n)),
);
pipelined.HSET = await row(
  "`insert`, beside HSET",
  30_000,
  64,
  (n) => set.insert([keyOf(n), value, n]),
  (n) => command("HSET", hash, keyOf(n), bytes),
);
pipelined.HINCRBY = await row(
  "`updateCounter`, beside HINCRBY",
  30_000,
  64,
  (n) => counted.updateCounter(keys[n % 100], 1, ["", 0]),
  (n) => command("HINCRBY", counters, keys[n % 100], "1"),
);

console.log(
  "\n| 64 callers | calls a second | redis-benchmark -c 1 -P 16 | share |\n|---|---|---|---|",
);
const { hostname, port } = new URL(url);
const ARGUMENTS = { HGET: ["key-1"], HSET: ["key-1", value], HINCRBY: ["n", "1"] };
for (const [name, micros] of Object.entries(pipelined)) {
  const target = name === "HINCRBY" ? counters : hash;
  const output = execFileSync("redis-benchmark", [
    ...["-h", hostname, "-p", port || "6379", "-c", "1", "-P", "16", "-n", "500000", "--csv"],
    ...[name, target, ...ARGUMENTS[name]],
  ]).toString();
  const rate = Number(output.trim().split("\n").at(-1).split(",")[1].replaceAll('"', ""));
  const mine = 1e6 / micros;
  console.log(
    `| ${name} | ${Math.round(mine).toLocaleString("en")} | ${Math.round(rate).toLocaleString("en")} | ${((100 * mine) / rate).toFixed(0)} % |`,
  );
}

for (const name of ["set", "ordered", "bag", "counters"]) await store.dropTable("d", name);
await store.close();
await bare.unlink([hash, counters]);
await bare.close();
