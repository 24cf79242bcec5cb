import { createStore, type Table } from "@store/core";
import { afterAll, describe, expect, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { postgresAdapter } from "../src/index.js";
import { dropSchema, hasServer, QUICK_URL, uniqueSchema } from "./support/servers.js";

const RECORDS = partOf(20_000, 10_000_000);
const TIMES = 60;
const BATCH = 5_000;

type Event = [sequence: number, kind: string, at: number];

describe.skipIf(!hasServer)(`a table of ${RECORDS} records`, () => {
  const schema = uniqueSchema();
  afterAll(() => dropSchema(schema));

  test("is paged, counted and cut in ranges at the cost of one a hundredth as large", async () => {
    const store = createStore({ adapter: postgresAdapter, options: { client: QUICK_URL, schema } });
    const events = await store.ensureTable<Event>("scale", "events", { type: "ordered_set" });
    await fill(events, 0, RECORDS / 100);
    const small = await costs(events, RECORDS / 100);
    await fill(events, RECORDS / 100, RECORDS);
    const large = await costs(events, RECORDS);
    const shown = Object.entries(large).map(([name, ms]) => {
      const before = small[name] as number;
      return `${name}: ${before.toFixed(2)} ms, ${ms.toFixed(2)} ms`;
    });
    console.info(`${RECORDS / 100} and ${RECORDS} records\n${shown.join("\n")}`);
    for (const [name, ms] of Object.entries(large)) {
      // A cost that grew with the table would be a hundred times as high; what a busy machine adds isn't.
      expect(ms, name).toBeLessThan((small[name] as number) * 5 + 5);
    }
    await store.close();
  }, 3_600_000);
});

async function fill(events: Table<Event, "async">, from: number, to: number): Promise<void> {
  for (let start = from; start < to; start += BATCH) {
    const length = Math.min(BATCH, to - start);
    await events.insertMany(
      Array.from({ length }, (_unused, index): Event => [start + index, "started", start * 1_000]),
    );
  }
}

/** The median milliseconds of calls at places all over the table. */
async function costs(events: Table<Event, "async">, size: number): Promise<Record<string, number>> {
  const places = Array.from({ length: TIMES }, (_unused, index) =>
    Math.floor((index * (size - 200)) / TIMES),
  );
  const median = async (call: (place: number) => Promise<unknown>) => {
    const times: number[] = [];
    for (const place of places) {
      const begin = performance.now();
      await call(place);
      times.push(performance.now() - begin);
    }
    return times.sort((a, b) => a - b)[Math.floor(TIMES / 2)] as number;
  };
  return {
    "a page of 50": await median(async (place) => {
      let read = 0;
      for await (const [sequence] of events.records({ gte: place, limit: 50 })) {
        expect(sequence).toBe(place + read++);
      }
      expect(read).toBe(50);
    }),
    "count of 100": await median(async (place) => {
      expect(await events.count({ gte: place, lt: place + 100 })).toBe(100);
    }),
    lookup: await median((place) => events.lookup(place)),
    prev: await median((place) => events.prev(place + 1)),
    "deleteRange of 1, and insert": await median(async (place) => {
      expect(await events.deleteRange({ gte: place, limit: 1 })).toBe(1);
      await events.insert([place, "again", 0]);
    }),
  };
}
