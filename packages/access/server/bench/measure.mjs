// Measures a served store beside Redis, in one run, turn by turn: node bench/measure.mjs [URL of a Redis]
// The server is a process of its own, the Redis server as well; clients are this process, and others for `clients`.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createStore } from "@store/core";
import { createClient } from "redis";
import { serverAdapter } from "../dist/index.js";

const url = process.argv[2] ?? "redis://127.0.0.1:6379";
const RECORDS = 10_000;
const ROUNDS = 9;
const CLIENTS = 8;
const VALUE = "x".repeat(50);
const PROGRAM = fileURLToPath(new URL("process.mjs", import.meta.url));

/** @param {number} n */
const keyOf = (n) => `key-${n % RECORDS}`;
/** @param {number[]} numbers */
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** A process of the bench; resolves when it is ready. @param {string[]} args */
async function start(...args) {
  const child = fork(PROGRAM, args);
  await once(child, "message");
  return child;
}

/** Microseconds for each of some calls, `callers` of them at once. */
async function time(calls, callers, call) {
  let n = 0;
  const from = process.hrtime.bigint();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (n < calls) await call(n++);
    }),
  );
  return Number(process.hrtime.bigint() - from) / 1000 / calls;
}

/** The median of some rounds for each variant, in turns. */
async function compare(calls, callers, variants) {
  const times = variants.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, call] of variants.entries()) {
      times[index].push(await time(calls, callers, call));
    }
  }
  return times.map(median);
}

const directory = mkdtempSync(join(tmpdir(), "bench-"));
const path = join(directory, "socket");
const server = await start("serve", path);
const store = createStore({ adapter: serverAdapter, options: { path } });
const table = await store.ensureTable("d", "t");
const counts = await store.ensureTable("d", "counts");
const redis = await createClient({ url }).connect();
const hash = `bench-${process.pid}`;

for (let first = 0; first < RECORDS; first += 1000) {
  const numbers = Array.from({ length: 1000 }, (_, n) => first + n);
  await table.insertMany(numbers.map((n) => [keyOf(n), VALUE, 1]));
  await redis.hSet(hash, Object.fromEntries(numbers.map((n) => [keyOf(n), VALUE])));
}

const CASES = [
  ["lookup", (n) => table.lookup(keyOf(n)), "HGET", (n) => redis.hGet(hash, keyOf(n))],
  [
    "insert",
    (n) => table.insert([keyOf(n), VALUE, n]),
    "HSET",
    (n) => redis.hSet(hash, keyOf(n), VALUE),
  ],
  [
    "updateCounter",
    (n) => counts.updateCounter(keyOf(n), 1, ["", 0]),
    "HINCRBY",
    (n) => redis.hIncrBy(`${hash}-counts`, keyOf(n), 1),
  ],
];

console.log("| one client, 64 callers | calls a second | Redis | ratio |\n|---|---|---|---|");
for (const [name, ours, command, theirs] of CASES) {
  const [mine, other] = await compare(20_000, 64, [ours, theirs]);
  const rates = [mine, other].map((micros) => Math.round(1e6 / micros).toLocaleString("en"));
  console.log(`| ${name}, ${command} | ${rates.join(" | ")} | ${(other / mine).toFixed(2)} |`);
}

console.log("\n| one caller, p50 | µs | Redis | ratio |\n|---|---|---|---|");
for (const [name, ours, command, theirs] of CASES) {
  const each = [[], []];
  for (let n = 0; n < 5_000; n++) {
    for (const [index, call] of [ours, theirs].entries())
      each[index].push(await time(1, 1, () => call(n)));
  }
  const [mine, other] = each.map(median);
  console.log(
    `| ${name}, ${command} | ${mine.toFixed(0)} | ${other.toFixed(0)} | ${(mine / other).toFixed(2)} |`,
  );
}

/** Lookups a second by some processes together, each warm before it counts. */
async function rateOf(count) {
  const clients = await Promise.all(Array.from({ length: count }, () => start("look", path)));
  const run = async (calls) => {
    const done = clients.map((client) => once(client, "message"));
    for (const client of clients) client.send({ calls });
    await Promise.all(done);
  };
  await run(20_000);
  const calls = Math.round(400_000 / count);
  const from = process.hrtime.bigint();
  await run(calls);
  const seconds = Number(process.hrtime.bigint() - from) / 1e9;
  for (const client of clients) client.kill();
  return (calls * count) / seconds;
}

const rates = { 1: [], [CLIENTS]: [] };
for (let round = 0; round < 3; round++) {
  for (const count of [1, CLIENTS]) rates[count].push(await rateOf(count));
}
console.log("\n| clients, 64 callers each | `lookup`s a second |\n|---|---|");
for (const count of [1, CLIENTS]) {
  console.log(`| ${count} | ${Math.round(median(rates[count])).toLocaleString("en")} |`);
}
console.log(`| ratio | ${(median(rates[CLIENTS]) / median(rates[1])).toFixed(2)} |`);

await store.close();
await redis.unlink([hash, `${hash}-counts`]);
await redis.close();
server.kill();
rmSync(directory, { recursive: true, force: true });
