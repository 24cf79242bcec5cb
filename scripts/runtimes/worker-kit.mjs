// @ts-check
/**
 * The conformance kit in a worker thread, over tables in shared memory that this thread owns, on whatever runtime this is
 * started with. Its last line is the result, as JSON.
 */
import { Worker } from "node:worker_threads";
import { dist } from "./dist.mjs";

const { createStore } = await import(dist("core"));
const { sharedAdapter, shareStore } = await import(dist("access/worker"));

const program = new URL(
  "../../packages/access/worker/test/programs/kit-worker.mjs",
  import.meta.url,
);
const worker = new Worker(program, { workerData: { runs: 5 } });
/** @type {any[]} */
const stores = [];
worker.on("message", ({ id, call, owner, results }) => {
  if (results !== undefined) {
    for (const failure of results.failures) console.error(`✗ ${failure}`);
    console.log(JSON.stringify({ passed: results.passed, failed: results.failures.length }));
    process.exit(results.failures.length === 0 ? 0 : 1);
  }
  if (call === "create") {
    const store = createStore({ adapter: sharedAdapter });
    const answer = { owner: stores.push(store) - 1, ticket: shareStore(store) };
    worker.postMessage({ id, answer });
  } else {
    stores[owner].close();
    stores[owner] = undefined;
    worker.postMessage({ id, answer: true });
  }
});
worker.on("error", (/** @type {unknown} */ error) => {
  console.error(error);
  process.exit(1);
});
