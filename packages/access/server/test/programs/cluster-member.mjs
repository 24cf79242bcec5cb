// A process of a cluster that writes until it is told to stop: node cluster-member.mjs DIRECTORY NAME
// Tells its parent what each operation came to. What it doesn't tell may have happened, or not.
import { setTimeout as delay } from "node:timers/promises";
import { createStore } from "@store/core";
import { clusterAdapter } from "../../dist/index.js";

const [dataDir, name] = process.argv.slice(2);
const LOOPS = 4;
const options = { dataDir, autoSave: Infinity, callTimeout: 20_000 };
const store = createStore({ adapter: clusterAdapter, options });
const counts = await store.ensureTable("d", "counts");
const journal = await store.ensureTable("d", "journal", { type: "ordered_set" });
const claims = await store.ensureTable("d", "claims");
const singles = await store.ensureTable("d", "singles");
const bag = await store.ensureTable("d", "bag", { type: "duplicate_bag" });
const own = await store.ensureTable("d", "own");

let isStopping = false;
let next = 0;
process.on("message", () => {
  isStopping = true;
});

/** What a write came to: its value, or the code of its failure. */
async function outcome(write) {
  try {
    return { value: await write() };
  } catch (error) {
    if (typeof error.code === "string") return { code: error.code };
    throw error;
  }
}

async function loop(index) {
  let last;
  while (!isStopping) {
    const n = next++;
    const batch = store
      .batch()
      .updateCounter(counts, name, 1, [name, 0])
      .append(journal, [name], n)
      .insertNew(claims, [[name, n], "x".repeat(n % 200)]);
    process.send({ kind: "batch", n, ...(await outcome(() => batch.commit())) });
    const counted = await outcome(() => singles.updateCounter(name, 1, [name, 0]));
    process.send({ kind: "single", n, ...counted });
    process.send({ kind: "bag", n, ...(await outcome(() => bag.insert([name, n]))) });

    // What this loop alone writes it finds again, whoever owns the directory by now.
    const key = `${name}:${index}`;
    const written = await outcome(() => own.insert([key, n]));
    const [found] = await own.lookup(key);
    const allowed = written.code === undefined ? [n] : [n, last];
    if (!allowed.includes(found?.[1])) {
      process.send({ kind: "lost", n, value: `${key} is ${found}, not one of ${allowed}` });
    }
    last = found?.[1];
    await delay(Math.random() * 4);
  }
}

process.send({ kind: "ready" });
await Promise.all(Array.from({ length: LOOPS }, (_, index) => loop(index)));
await store.close();
process.disconnect();
