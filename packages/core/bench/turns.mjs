// @ts-check
// Measures what turns of the event loop cost awaited calls of an async store over the memory adapter: by core as it is, and
// by core without them, in one run, turn by turn. `npm run bench:turns` in this folder.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROUNDS = 2_000;
/** Rounds before, until the engine has compiled what is measured. */
const WARM_UP = 200;
const RECORDS = 2_000;
/** Calls that each round makes of what takes little; of the others fewer. */
const CALLS = 4_000;

/** @type {Record<string, (table: any) => Promise<unknown>>} */
const LOOPS = {
  async lookup(table) {
    for (let n = 0; n < CALLS; n++) await table.lookup(n % RECORDS);
  },
  async insert(table) {
    for (let n = 0; n < CALLS; n++) await table.insert([n % RECORDS, n]);
  },
  async insertMany(table) {
    const records = Array.from({ length: 100 }, (_, n) => [n, n]);
    for (let n = 0; n < CALLS / 100; n++) await table.insertMany(records);
  },
  async records(table) {
    for (let n = 0; n < CALLS / RECORDS; n++) for await (const _ of table.records());
  },
  async keys(table) {
    for (let n = 0; n < CALLS / RECORDS; n++) for await (const _ of table.keys());
  },
  async foldl(table) {
    const count = (/** @type {unknown} */ _, /** @type {number} */ sum) => sum + 1;
    for (let n = 0; n < (10 * CALLS) / RECORDS; n++) await table.foldl(count, 0);
  },
};

const stores = await Promise.all([true, false].map(openTable));
const tables = stores.map(({ table }) => table);
console.log("| awaited | with turns, µs | without | ratio |\n|---|---|---|---|");
for (const [name, loop] of Object.entries(LOOPS)) {
  /** @type {number[][]} */
  const times = [[], []];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    // Who comes first may have it better.
    for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const begin = performance.now();
      await loop(tables[index]);
      if (round >= 0) times[index]?.push(1_000 * (performance.now() - begin));
    }
  }
  // Of the fast ones: other programs' work makes rounds slower, and none faster.
  const [own = 0, other = 0] = times.map((each) => each.sort((a, b) => a - b)[ROUNDS / 20]);
  console.log(
    `| ${name} | ${own.toFixed(0)} | ${other.toFixed(0)} | ${(own / other).toFixed(3)} |`,
  );
}

console.log(
  `\nTo ask whether a turn is due takes ${askingTime(stores[0]?.Turns).toFixed(1)} ns for each call.`,
);

/** The fastest of many rounds. @param {any} Turns */
function askingTime(Turns) {
  const turns = new Turns();
  let fastest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    for (let n = 0; n < CALLS; n++) turns.due();
    fastest = Math.min(fastest, performance.now() - begin);
  }
  return (1e6 * fastest) / CALLS;
}

/** @param {boolean} hasTurns */
async function openTable(hasTurns) {
  const contents = `
    export { createStore } from "./src/index.ts";
    export { Turns } from "./src/table/turns.ts";
    export { memoryAdapter } from "../adapters/memory/src/index.ts";`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL("..", import.meta.url)) },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    write: false,
    plugins: hasTurns ? [] : [{ name: "no turns", setup: leaveTurnsOut }],
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  const { createStore, memoryAdapter, Turns } = await import(`data:text/javascript;base64,${code}`);
  const store = createStore({ adapter: memoryAdapter, mode: "async" });
  const table = await store.ensureTable("bench", "turns", { type: "ordered_set" });
  await table.insertMany(Array.from({ length: RECORDS }, (_, n) => [n, n]));
  return { table, Turns };
}

/** @param {import("esbuild").PluginBuild} build */
function leaveTurnsOut({ onLoad }) {
  onLoad({ filter: /\/table\/turns\.ts$/ }, () => ({
    contents: `
      export class Turns {
        due() {}
        visits() { return Infinity; }
      }`,
  }));
}
