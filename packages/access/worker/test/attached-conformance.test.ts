import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStore, type Store } from "@store/core";
import { fileAdapter } from "@store/file";
import { memoryAdapter } from "@store/memory";
import { expect, onTestFinished, test } from "vitest";
import { isLong, isWhole, partOf } from "../../../../tooling/long.js";
import { sharedAdapter, shareStore } from "../src/index.js";
import { startThread } from "./support/threads.js";

interface Results {
  readonly passed: number;
  readonly failures: readonly string[];
}

/** The kit in a worker thread, over stores of this thread that `create` makes. */
async function kit(create: () => Store, workerData: object): Promise<Results> {
  const stores: (Store | undefined)[] = [];
  const worker = startThread("kit-worker.mjs", workerData);
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.on("message", ({ id, call, owner, results }) => {
      if (results !== undefined) {
        console.log(`${results.passed} tests of the kit passed, ${results.failures.length} failed`);
        resolve(results);
      } else if (call === "create") {
        const store = create();
        stores.push(store);
        const answer = { owner: stores.length - 1, ticket: shareStore(store) };
        worker.postMessage({ id, answer });
      } else {
        stores[owner]?.close();
        stores[owner] = undefined;
        worker.postMessage({ id, answer: true });
      }
    });
  });
}

const LEAST_TESTS = 1_400;
/** Of the one kit that isn't for long runs alone. */
const PART = isWhole ? 1 : 4;
/** Ends what hangs, and nothing that is only slow on a busy machine. */
const TIMEOUT = 600_000 * partOf(1, 6);

test(
  "the kit passes in a worker thread, with the tables in shared memory",
  async () => {
    const results = await kit(() => createStore({ adapter: sharedAdapter }), {
      runs: isLong ? 20 : 1,
      part: PART,
    });
    expect(results.failures).toEqual([]);
    expect(results.passed).toBeGreaterThan(LEAST_TESTS / PART);
  },
  TIMEOUT,
);

test.runIf(isLong)(
  "the kit passes in a worker thread, with atomic counters",
  async () => {
    const create = () => createStore({ adapter: sharedAdapter, options: { atomicCounters: true } });
    const results = await kit(create, { runs: 20 });
    expect(results.failures).toEqual([]);
    expect(results.passed).toBeGreaterThan(LEAST_TESTS);
  },
  TIMEOUT,
);

test.runIf(isLong)(
  "the kit passes in a worker thread, over the memory adapter by message",
  async () => {
    const results = await kit(() => createStore({ adapter: memoryAdapter }), { runs: 5 });
    expect(results.failures).toEqual([]);
    expect(results.passed).toBeGreaterThan(LEAST_TESTS);
  },
  TIMEOUT,
);

test.runIf(isLong)(
  "the kit passes in a worker thread, over the file adapter by message",
  async () => {
    const root = mkdtempSync(join(tmpdir(), "store-worker-"));
    // Some thousands of directories.
    onTestFinished(() => rmSync(root, { recursive: true }), TIMEOUT);
    let made = 0;
    const create = () =>
      createStore({ adapter: fileAdapter, options: { dataDir: join(root, String(made++)) } });
    const results = await kit(create, { runs: 2 });
    expect(results.failures).toEqual([]);
    expect(results.passed).toBeGreaterThan(LEAST_TESTS);
  },
  TIMEOUT,
);
