import { createStore, type Store } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Agent, type Model, type Tool } from "../src/agent.js";
import { ruleModel, tools } from "../src/researcher.js";

let store: Store;

beforeEach(() => {
  store = createStore({ adapter: memoryAdapter });
});

afterEach(() => store.close());

function journalOf({ tables }: Agent, id: string) {
  return [...tables.journal.records({ prefix: [id] })].map(([, event]) => event);
}

test("run decides and acts in turn, with each artifact beside its event, until it is done", async () => {
  const agent = new Agent(store, { model: ruleModel, tools });
  expect(await agent.run("r", "ets, lmdb")).toBe(3);
  expect(journalOf(agent, "r").map(({ type, step }) => `${type} ${step}`)).toEqual([
    "decided 1",
    "observed 1",
    "decided 2",
    "observed 2",
    "decided 3",
    "observed 3",
  ]);
  expect([...agent.tables.artifacts.keys()].map(([, name]) => name)).toEqual([
    "notes/ets.md",
    "notes/lmdb.md",
    "report.md",
  ]);
});

test("run of one that is done does nothing", async () => {
  const agent = new Agent(store, { model: ruleModel, tools });
  await agent.run("r", "ets");
  const before = journalOf(agent, "r");
  expect(await agent.run("r", "ets")).toBe(2);
  expect(journalOf(agent, "r")).toEqual(before);
});

test("a model that fails ends the call, and the next one goes on at that step", async () => {
  let calls = 0;
  const model: Model = async (goal, history) => {
    if (++calls === 2) throw new Error("overloaded");
    return ruleModel(goal, history);
  };
  const agent = new Agent(store, { model, tools });
  await expect(agent.run("r", "ets, dets")).rejects.toThrow("overloaded");
  expect(journalOf(agent, "r")).toHaveLength(2);
  expect(await agent.run("r", "ets, dets")).toBe(3);
  expect(journalOf(agent, "r")).toHaveLength(6);
});

test("what was decided is done as it was decided, under the same key, by whoever goes on", async () => {
  const tried: string[] = [];
  const publish: Tool = async (input, key) => {
    tried.push(`${key}: ${input}`);
    return { text: "published" };
  };
  let answers = 0;
  const model: Model = async () => ({ tool: "finish", input: `text ${++answers}` });
  const died = vi.fn(() => {
    throw new Error("the process died");
  });
  const first = new Agent(store, { model, tools: { finish: publish }, report: died });
  await expect(first.run("r", "x")).rejects.toThrow("died");
  const second = new Agent(store, { model, tools: { finish: publish } });
  await second.run("r", "x");
  expect(tried).toEqual(["r/1: text 1"]);
});

test("a tool that fails, or that there isn't, is an observation for the model", async () => {
  const model: Model = async (_goal, history) =>
    history.length === 0 ? { tool: "constructor", input: "" } : { tool: "finish", input: "" };
  const agent = new Agent(store, { model, tools });
  await agent.run("r", "x");
  expect(journalOf(agent, "r")[1]).toEqual({
    type: "observed",
    step: 1,
    text: "there is no tool constructor",
    failed: true,
  });
});

test("an artifact that can't be stored leaves state and journal as they were, and the step to be done", async () => {
  const bad: Tool = async () => ({
    text: "x",
    artifacts: { fine: "x", bad: Symbol("x") as never },
  });
  const model: Model = async () => ({ tool: "finish", input: "" });
  const agent = new Agent(store, { model, tools: { finish: bad } });
  await expect(agent.run("r", "x")).rejects.toMatchObject({ code: "STORE_INVALID_RECORD" });
  expect(journalOf(agent, "r").map(({ type }) => type)).toEqual(["decided"]);
  expect(agent.tables.artifacts.size).toBe(0);
  expect(agent.tables.runs.lookupElement("r", 2)).toMatchObject({ step: 1, status: "running" });
  expect(await new Agent(store, { model, tools }).run("r", "x")).toBe(1);
});

test("of two that go on with one run, one is refused, and no step is in the journal twice", async () => {
  const agents = [1, 2].map(() => new Agent(store, { model: ruleModel, tools }));
  const ends = await Promise.allSettled(agents.map((agent) => agent.run("r", "ets, dets")));
  expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const events = journalOf(new Agent(store, { model: ruleModel, tools }), "r");
  expect(events).toHaveLength(6);
  expect(new Set(events.map(({ type, step }) => `${type} ${step}`)).size).toBe(6);
});

test("runs of one store don't see each other", async () => {
  const agent = new Agent(store, { model: ruleModel, tools });
  await Promise.all([agent.run("a", "ets"), agent.run("ab", "dets")]);
  expect(journalOf(agent, "a")).toHaveLength(4);
  expect(agent.tables.artifacts.count({ prefix: ["ab"] })).toBe(2);
});
