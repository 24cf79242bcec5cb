// One of several processes that work on the same tables at once: node worker.mjs URL PREFIX NUMBER ROUNDS
import { createStore } from "@store/core";
import { redisAdapter } from "../../dist/index.js";

const [client, prefix, number, rounds] = process.argv.slice(2);
const store = createStore({ adapter: redisAdapter, options: { client, prefix } });
const counters = await store.ensureTable("d", "counters");
const claims = await store.ensureTable("d", "claims");
const events = await store.ensureTable("d", "events", { type: "ordered_set" });
const swaps = await store.ensureTable("d", "swaps");
const bag = await store.ensureTable("d", "bag", { type: "bag" });

process.send("ready");
await new Promise((resolve) => process.once("message", resolve));
const won = { claims: 0, swaps: 0, batches: 0, taken: 0 };

for (let round = 0; round < Number(rounds); round++) {
  await Promise.all([
    counters.updateCounter("small", 1, ["small", 0]),
    counters.updateCounter("big", 2n ** 64n, ["big", 0n]),
    events.append(["log"], Number(number)),
    bag.insert(["k", round]),
  ]);
  if (await claims.insertNew([round, Number(number)])) won.claims++;
  const [stored] = await swaps.lookup("s");
  if (await swaps.replace(stored, ["s", stored[1] + 1])) won.swaps++;
  const batch = store
    .batch()
    .insertNew(claims, [["batch", round], Number(number)])
    .updateCounter(counters, "batches", 1, ["batches", 0])
    .append(events, ["batches"], Number(number));
  if (await batch.commit()) won.batches++;
  won.taken += (await claims.take(["gift", round])).length;
}
await store.close();
process.send(won);
process.disconnect();
