import { createStore } from "@store/core";
import { expect, onTestFinished, test } from "vitest";
import { isLong, partOf } from "../../../../tooling/long.js";
import { sharedAdapter, shareStore } from "../src/index.js";
import { isEmptyAt, KEYS, recordOf, STEADY, steadyKey } from "./programs/soak-model.mjs";
import { messageOf, startThread } from "./support/threads.js";

const READERS = 2;
/** Of all readers of a type together. */
const READS = Number(process.env.STORE_SOAK_READS ?? partOf(100_000, 333_000_000));
/** At most, of each type. */
const SECONDS = Number(process.env.STORE_SOAK_SECONDS ?? Number.POSITIVE_INFINITY);

for (const type of ["set", "ordered_set", "bag"] as const) {
  test(
    `what threads read of a ${type} while its owner writes at full speed is what the model says`,
    async () => {
      const store = createStore({ adapter: sharedAdapter });
      onTestFinished(() => store.close());
      const table = store.ensureTable("d", "t", { type });
      for (let index = 0; index < STEADY; index++) table.insert([steadyKey(index), "steady"]);
      const shared = () => new Int32Array(new SharedArrayBuffer(4 * KEYS));
      const [begun, done, control] = [shared(), shared(), shared()];
      const version = (key: number) => begun[key] as number;
      const set = (words: Int32Array, key: number, value: number) =>
        Atomics.store(words, key, value);
      // What is said to be there must be there before anybody looks.
      const ticket = shareStore(store);
      const seed = Math.floor(Math.random() * 2 ** 32);
      const threads = Array.from({ length: READERS }, (_, index) => {
        const reads = READS / READERS;
        return startThread("soak.mjs", {
          ticket,
          type,
          begun,
          done,
          control,
          reads,
          seconds: SECONDS,
          seed: seed + index,
        });
      });
      const answers = Promise.all(
        threads.map((thread) => messageOf<{ count: number; wrong?: string }>(thread)),
      );

      let state = seed;
      const random = () => {
        state = (Math.imul(state, 22_695_477) + 1) >>> 0;
        return state / 2 ** 32;
      };
      let writes = 0;
      const write = (key: number) => {
        const next = version(key) + 1;
        set(begun, key, next);
        if (isEmptyAt(type, next)) table.delete(key);
        else table.insert(recordOf(key, next));
        set(done, key, next);
      };
      const writePair = (key: number) => {
        const first = key & ~1;
        // Both at the same version.
        const next = Math.max(version(first), version(first + 1)) + 1;
        for (const each of [first, first + 1]) set(begun, each, next);
        table.insertMany([recordOf(first, next), recordOf(first + 1, next)]);
        for (const each of [first, first + 1]) set(done, each, next);
      };
      const begin = performance.now();
      while (Atomics.load(control, 0) < READERS) {
        // Calls by message, and the ends of threads, need a turn of the event loop now and then.
        for (let index = 0; index < 5_000; index++, writes++) {
          const key = Math.floor(random() * KEYS);
          if (type === "set") writePair(key);
          else write(key);
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      const results = await answers;
      const seconds = (performance.now() - begin) / 1e3;
      const reads = results.reduce((sum, { count }) => sum + count, 0);
      console.log(
        `${type}: ${reads} reads beside ${writes} writes in ${seconds.toFixed(1)} s, seed ${seed}`,
      );
      expect(results.map(({ wrong }) => wrong)).toEqual(results.map(() => undefined));
      expect(writes).toBeGreaterThan(1_000);
    },
    isLong ? 7_200_000 : 120_000,
  );
}
