import { setTimeout as delay } from "node:timers/promises";
import { createStore } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { Cache } from "./cache.js";

/** `npm start`: a slow source, asked by many at once, then again while its answers age. */
interface Weather {
  readonly city: string;
  readonly degrees: number;
}

let asked = 0;
async function askStation(city: string): Promise<Weather> {
  asked++;
  await delay(100);
  return { city, degrees: 10 + asked };
}

using store = createStore({ adapter: memoryAdapter });
const weather = new Cache<Weather>(store, "weather", { freshMs: 1_000, staleMs: 60_000 });

async function show(what: string): Promise<void> {
  const start = performance.now();
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => weather.get("Oslo", askStation)),
  );
  const ms = Math.round(performance.now() - start);
  console.log(`${what}: ${answers[0]?.degrees} degrees for 50 callers in ${ms} ms, asked ${asked}`);
}

await show("missing");
await show("fresh");
await delay(1_050);
await show("stale, served meanwhile");
await delay(150);
await show("fresh again");
console.log(weather.counts());
