import { createStore } from "@store/core";
import { redisAdapter } from "@store/redis";

const store = createStore({
  adapter: redisAdapter,
  options: { client: "redis://127.0.0.1:6379", prefix: "sample" },
});

type Event = [key: [run: string, n: number], event: { type: string }];
const events = await store.ensureTable<Event>("runs", "events", { type: "ordered_set" });
const counts = await store.ensureTable<[name: string, n: number]>("runs", "counts");

await events.append(["r1"], { type: "started" }); // ["r1", 1], whoever else appends meanwhile
await counts.updateCounter("runs", 1, ["runs", 0]); // 1

const claimed = await store
  .batch()
  .insertNew(counts, ["lock:r1", 1])
  .append(events, ["r1"], { type: "claimed" })
  .commit(); // true for one process, false for all others

for await (const [[, n], { type }] of events.records({ prefix: ["r1"] })) console.log(n, type);
await store.close();

export { claimed };
