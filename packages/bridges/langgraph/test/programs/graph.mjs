// Runs a graph over files until it ends, or is killed: node graph.mjs DIRECTORY STEPS. Says where it goes on from, and each
// step before it does it; at the end, its state.
import { writeSync } from "node:fs";
import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import { createStore } from "@store/core";
import { fileAdapter } from "@store/file";
import { StoreSaver } from "../../dist/index.js";

const [dataDir = "", steps = "0"] = process.argv.slice(2);
const say = (what, value) => writeSync(1, `${what} ${JSON.stringify(value)}\n`);

const concatenated = { reducer: (all, more) => all.concat(more), default: () => [] };
const State = Annotation.Root({
  step: Annotation(),
  left: Annotation(concatenated),
  right: Annotation(concatenated),
  seen: Annotation(),
});

const store = createStore({ adapter: fileAdapter, options: { dataDir } });
const graph = new StateGraph(State)
  .addNode("begin", ({ step = 0, seen = new Map() }) => {
    say("step", step + 1);
    return { step: step + 1, seen: new Map(seen).set(step + 1, BigInt(step + 1) ** 20n) };
  })
  .addNode("goLeft", ({ step }) => ({ left: [step] }))
  .addNode("goRight", ({ step }) => ({ right: [step] }))
  .addNode("join", () => ({}))
  .addEdge(START, "begin")
  .addEdge("begin", "goLeft")
  .addEdge("begin", "goRight")
  .addEdge(["goLeft", "goRight"], "join")
  .addConditionalEdges("join", ({ step }) => (step < Number(steps) ? "begin" : END))
  .compile({ checkpointer: new StoreSaver(store, "graph") });

const config = { configurable: { thread_id: "t" }, recursionLimit: 1e6, durability: "sync" };
const { values, next } = await graph.getState(config);
say("from", values.step ?? 0);
const isNew = values.step === undefined && next.length === 0;
const { step, left, right, seen } = await graph.invoke(isNew ? {} : null, config);
say("end", { step, left, right, seen: [...seen].map(([n, power]) => [n, String(power)]) });
store.close();
