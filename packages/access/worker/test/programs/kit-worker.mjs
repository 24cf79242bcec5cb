// @ts-check
/** The conformance kit in a worker thread: asks its owner for a ticket for each backend, and tells what it finds. */
import { writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { conformance } from "@store/conformance";
import { memoryAdapter } from "@store/memory";
import { attachedAdapter } from "../../dist/index.js";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const { runs, only, part = 1, isLoud } = workerData;

/** @type {Map<number, (answer: any) => void>} */
const waiting = new Map();
let asked = 0;
port.on("message", ({ id, answer }) => {
  waiting.get(id)?.(answer);
  waiting.delete(id);
});
/** @param {object} request @returns {Promise<any>} */
const ask = (request) =>
  new Promise((resolve) => {
    const id = asked++;
    waiting.set(id, resolve);
    port.postMessage({ id, ...request });
  });

/** @type {{ title: string, run: () => Promise<void> }[]} */
const tests = [];
/** @type {string[]} */
const groups = [];
conformance(
  {
    describe(title, define) {
      groups.push(title);
      define();
      groups.pop();
    },
    test(title, run) {
      tests.push({ title: [...groups, title].join(" > "), run });
    },
  },
  {
    createAdapter: async () => {
      const { owner, ticket } = await ask({ call: "create" });
      return { adapter: attachedAdapter, options: { ticket, callTimeout: 10_000 }, owner };
    },
    cleanup: ({ owner }) => ask({ call: "close", owner }),
    reference: memoryAdapter,
    invalidOptions: [{ ticket: 1 }, { ticket: undefined }],
    runs,
  },
);

const results = { passed: 0, failures: /** @type {string[]} */ ([]) };
for (const [index, { title, run }] of tests.entries()) {
  if (index % part !== 0) continue;
  if (only !== undefined && !title.includes(only)) continue;
  if (isLoud) writeSync(2, `${title}\n`);
  try {
    await run();
    results.passed++;
  } catch (error) {
    results.failures.push(`${title}\n${error instanceof Error ? error.stack : error}`);
  }
}
port.postMessage({ results });
