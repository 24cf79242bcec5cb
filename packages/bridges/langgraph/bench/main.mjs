// Measures StoreSaver beside LangGraph's own savers, in one run, turn by turn: npm run bench [-- POSTGRES_URL]. The first
// time it installs the peers, of which one is compiled.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { uuid6 } from "@langchain/langgraph-checkpoint";
import { createStore } from "@store/core";
import { fileAdapter } from "@store/file";
import { postgresAdapter } from "@store/postgres";
import { StoreSaver } from "../dist/index.js";

const STEPS = 200;
const ROUNDS = 9;
/** Rounds before, until the engine has compiled what is measured. */
const WARM_UP = 10;
/** Threads that are read once each, after everything was closed and opened again. */
const COLD_THREADS = 300;
/** Steps of each of them. */
const COLD_STEPS = 10;
const METADATA = { source: "loop", step: 1, parents: {} };

const peers = fileURLToPath(new URL("peers/", import.meta.url));
installPeers();
const requirePeer = createRequire(join(peers, "package.json"));
const { SqliteSaver } = requirePeer("@langchain/langgraph-checkpoint-sqlite");
const { PostgresSaver } = requirePeer("@langchain/langgraph-checkpoint-postgres");

/** States of a thread: what changes from step to step, and what stays. */
const states = {
  "a small state": (n) => ({ step: n, plan: { goal: "answer", open: ["a", "b"] } }),
  "20 kB that stay, a number that changes": (n) => ({
    step: n,
    document: { text: "x".repeat(20_000) },
  }),
  "40 messages of LangChain, one more now and then": (n) => ({
    step: n,
    messages: Array.from({ length: 40 + Math.floor(n / 10) }, (_, index) =>
      index % 2 === 0
        ? new HumanMessage({ content: `question ${index}`, id: `m${index}` })
        : new AIMessage({ content: `answer ${index} ${"y".repeat(100)}`, id: `m${index}` }),
    ),
  }),
};

const directory = mkdtempSync(join(tmpdir(), "langgraph-bench-"));
let files = openFiles();
let sqlite = openSqlite();
await measure("files", [
  ["StoreSaver over files", new StoreSaver(files, "graph")],
  ["SqliteSaver", sqlite],
]);
await measureCold();
files.close();
sqlite.db.close();
rmSync(directory, { recursive: true });

const url = process.argv[2];
if (url !== undefined) {
  const schema = `bench_${process.pid}`;
  const tables = createStore({
    adapter: postgresAdapter,
    options: { client: url, schema: `${schema}_ours` },
  });
  const postgres = PostgresSaver.fromConnString(url, { schema: `${schema}_theirs` });
  await postgres.setup();
  await measure("PostgreSQL", [
    ["StoreSaver over PostgreSQL", new StoreSaver(tables, "graph")],
    ["PostgresSaver", postgres],
  ]);
  await tables.close();
  for (const each of ["ours", "theirs"]) {
    await postgres.pool.query(`DROP SCHEMA ${schema}_${each} CASCADE`);
  }
  await postgres.end();
}

function openFiles() {
  return createStore({ adapter: fileAdapter, options: { dataDir: join(directory, "data") } });
}

function openSqlite() {
  return SqliteSaver.fromConnString(join(directory, "saver.db"));
}

/** Prints rows: getTuple of threads that nothing has read since all was opened. */
async function measureCold() {
  for (const [name, stateOf] of Object.entries(states)) {
    const threads = Array.from({ length: COLD_THREADS }, (_, n) => `cold-${name}-${n}`);
    const savers = () => [new StoreSaver(files, "graph"), sqlite];
    for (const saver of savers()) {
      for (const thread of threads) await runThread(saver, thread, stateOf, COLD_STEPS);
    }
    const times = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      files.close();
      sqlite.db.close();
      files = openFiles();
      sqlite = openSqlite();
      for (const [index, saver] of savers().entries()) {
        // What opens the table isn't measured.
        await saver.getTuple(configOf("none"));
        const begin = performance.now();
        for (const thread of threads) await saver.getTuple(configOf(thread));
        times[index].push(((performance.now() - begin) * 1000) / COLD_THREADS);
      }
    }
    printRow(`${name}: getTuple, the first after opening`, times);
  }
}

/** @param {string} what @param {number[][]} times ours and theirs */
function printRow(what, times) {
  // The fastest: other programs' work makes rounds slower, and none faster.
  const [own, other] = times.map((each) => Math.min(...each));
  const ratio = (other / own).toFixed(1);
  console.log(`| ${what} | ${own.toFixed(0)} | ${other.toFixed(0)} | ${ratio} |`);
}

/**
 * Prints a table: microseconds of a step (put and putWrites) and of getTuple, the fastest of rounds in turns.
 * @param {string} where
 * @param {[name: string, saver: any][]} savers
 */
async function measure(where, savers) {
  const [[ours], [theirs]] = savers;
  for (let round = 0; round < WARM_UP; round++) {
    for (const [name, stateOf] of Object.entries(states)) {
      for (const [, saver] of savers) {
        const configs = await runThread(saver, `warm-up-${round}-${name}`, stateOf);
        await readThread(saver, `warm-up-${round}-${name}`);
        await readEach(saver, configs);
      }
    }
  }
  console.log(`\n| ${where}, µs | ${ours} | ${theirs} | ratio |\n|---|---|---|---|`);
  for (const [name, stateOf] of Object.entries(states)) {
    const times = { write: [[], []], last: [[], []], each: [[], []] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, [, saver]] of savers.entries()) {
        const thread = `${name}-${round}`;
        const timed = async (what, run) => {
          const begin = performance.now();
          const result = await run();
          times[what][index].push(((performance.now() - begin) * 1000) / STEPS);
          return result;
        };
        const configs = await timed("write", () => runThread(saver, thread, stateOf));
        await timed("last", () => readThread(saver, thread));
        await timed("each", () => readEach(saver, configs));
      }
    }
    printRow(`${name}: put + putWrites`, times.write);
    printRow(`${name}: getTuple, the last`, times.last);
    printRow(`${name}: getTuple, by id`, times.each);
  }
}

/** As a graph does: each checkpoint has the one before as its parent, and the writes of two tasks. */
async function runThread(saver, thread, stateOf, steps = STEPS) {
  let config = configOf(thread);
  const configs = [];
  const versions = {};
  let before = {};
  for (let n = 1; n <= steps; n++) {
    const values = stateOf(n);
    const newVersions = {};
    for (const [channel, value] of Object.entries(values)) {
      if (isSame(before[channel], value)) continue;
      versions[channel] = n;
      newVersions[channel] = n;
    }
    before = values;
    const checkpoint = {
      v: 4,
      id: uuid6(n),
      ts: new Date().toISOString(),
      channel_values: values,
      channel_versions: { ...versions },
      versions_seen: { agent: { ...versions }, tools: { ...versions } },
    };
    config = await saver.put(config, checkpoint, { ...METADATA, step: n }, newVersions);
    await saver.putWrites(
      config,
      [
        ["step", n],
        ["branch:to:tools", null],
      ],
      "task-agent",
    );
    await saver.putWrites(config, [["result", { ok: true, n }]], "task-tools");
    configs.push(config);
  }
  return configs;
}

async function readThread(saver, thread) {
  for (let n = 0; n < STEPS; n++) await saver.getTuple(configOf(thread));
}

async function readEach(saver, configs) {
  for (const config of configs) await saver.getTuple(config);
}

function isSame(a, b) {
  return Array.isArray(a) ? a.length === b.length : JSON.stringify(a) === JSON.stringify(b);
}

function configOf(thread) {
  return { configurable: { thread_id: thread, checkpoint_ns: "" } };
}

function installPeers() {
  if (existsSync(join(peers, "node_modules"))) return;
  console.error("Installing the peers; the first time takes some minutes …");
  const args = ["--yes", "pnpm@10", "install", "--frozen-lockfile"];
  const { status } = spawnSync("npx", args, { cwd: peers, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`installing the peers in ${peers} failed`);
}
