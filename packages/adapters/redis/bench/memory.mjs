// Measures what a record takes in the server: node bench/memory.mjs [URL]
import { createStore } from "@store/core";
import { createClient } from "redis";
import { redisAdapter } from "../dist/index.js";

const url = process.argv[2] ?? "redis://127.0.0.1:6379";
const prefix = `memory-${process.pid}`;
const RECORDS = 100_000;
const value = "x".repeat(100);

const bare = await createClient({ url }).connect();
const store = createStore({ adapter: redisAdapter, options: { client: url, prefix } });
const used = async () => Number(/used_memory:(\d+)/.exec(await bare.info("memory"))?.[1]);

console.log("| table | bytes of the server for a record |\n|---|---|");
for (const type of ["set", "ordered_set", "bag", "duplicate_bag"]) {
  for (const expiresAt of [undefined, 4e12]) {
    const table = await store.ensureTable("d", type, { type });
    const before = await used();
    for (let first = 0; first < RECORDS; first += 1_000) {
      const records = Array.from({ length: 1_000 }, (_, n) => [`key-${first + n}`, value]);
      await table.insertMany(records, expiresAt === undefined ? undefined : { expiresAt });
    }
    const bytes = (await used()) - before;
    const name = expiresAt === undefined ? type : `${type}, with a moment`;
    console.log(`| \`${name}\` | ${Math.round(bytes / RECORDS)} |`);
    await store.dropTable("d", type);
    while (/lazyfree_pending_objects:[1-9]/.test(await bare.info("memory")));
    await bare.sendCommand(["MEMORY", "PURGE"]);
  }
}
const before = await used();
for (let n = 0; n < RECORDS; n += 1_000) {
  const fields = Array.from({ length: 1_000 }, (_, index) => [`key-${n + index}`, value]).flat();
  await bare.hSet(`${prefix}:bare`, fields);
}
console.log(`| a bare hash | ${Math.round(((await used()) - before) / RECORDS)} |`);
await bare.unlink(`${prefix}:bare`);
await store.close();
await bare.close();
