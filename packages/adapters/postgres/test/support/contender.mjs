// A process of the contention test: does its part of the work on tables that seven others work on, and says what came of it.
import { createStore } from "@store/core";
import { postgresAdapter } from "../../dist/index.js";

const [client, schema, name, rounds] = process.argv.slice(2);
const store = createStore({ adapter: postgresAdapter, options: { client, schema, poolSize: 4 } });
const open = (table, type) => store.ensureTable("contention", table, { type });
const [counters, claims, swaps, log, events, totals] = await Promise.all([
  open("counters", "set"),
  open("claims", "set"),
  open("swaps", "set"),
  open("log", "ordered_set"),
  open("events", "bag"),
  open("totals", "ordered_set"),
]);

const done = { claimed: 0, swapped: 0, appended: [], transfers: 0, bag: 0, firsts: 0 };
process.send("ready");
await new Promise((resolve) => process.once("message", resolve));

/** Reads, and swaps what it has read, until nobody came between. */
async function swap(key) {
  for (;;) {
    const [record] = await swaps.lookup(key);
    const next = [key, { by: name, count: record[1].count + 1 }];
    if (await swaps.replace(record, next)) return;
  }
}

async function round(number) {
  await Promise.all([
    counters.updateCounter("all", 1, ["all", 0]),
    counters.updateCounter("big", 1n, ["big", 2n ** 70n]),
    claims.insertNew([number, name]).then((won) => {
      done.claimed += Number(won);
    }),
    log.append(["log"], name, number).then(([, at]) => done.appended.push(at)),
    events.insert([number % 10, "seen"]),
  ]);
  if (await events.insertNew([["first", number], name])) done.firsts++;
  if (number % 5 === 0) {
    await swap("one");
    done.swapped++;
  }
  // Two keys in an order of its own: batches that locked them as they come would meet each other head-on.
  const [from, to] = Number(name) % 2 === 0 ? ["a", "b"] : ["b", "a"];
  const batch = store
    .batch()
    .updateCounter(totals, from, -1, [from, 0])
    .updateCounter(totals, to, 1, [to, 0])
    .insert(claims, [["transfer", name, number], from])
    .updateElement(swaps, "seen", [2, name], ["seen", ""])
    .append(log, ["transfers"], name);
  if (await batch.commit()) done.transfers++;
}

for (let number = 0; number < Number(rounds); number++) await round(number);
await store.close();
process.send(done);
process.disconnect();
