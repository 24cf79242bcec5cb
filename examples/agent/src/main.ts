import { createStore } from "@store/core";
import { fileAdapter } from "@store/file";
import { Agent } from "./agent.js";
import { ruleModel, tools } from "./researcher.js";

/** `npm start [dataDir]`: a run that compares six stores. Kill it anywhere and start it again: it goes on. */
const [, , dataDir = "data"] = process.argv;

using store = createStore({ adapter: fileAdapter, options: { dataDir } });
const agent = new Agent(store, { model: ruleModel, tools, report: (line) => console.log(line) });
const steps = await agent.run("compare", "ets, dets, mnesia, khepri, rocksdb, lmdb");

console.log(`done in ${steps} steps`);
for (const [[, name], content] of agent.tables.artifacts.records({ prefix: ["compare"] })) {
  console.log(`\n--- ${name}\n${content.trimEnd()}`);
}
