import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { Send } from "@langchain/langgraph";
import { DeltaSnapshot } from "@langchain/langgraph-checkpoint";
import { createStore } from "@store/core";
import { memoryAdapter } from "@store/memory";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { partOf } from "../../../../../tooling/long.js";
import { decodeValue } from "../../src/values/decode.js";
import { encodeValue } from "../../src/values/encode.js";
import { TAG } from "../../src/values/tag.js";

/** What comes back of a value that goes through a table. */
async function through(value: unknown): Promise<unknown> {
  using store = createStore({ adapter: memoryAdapter });
  const table = store.ensureTable("d", "t");
  table.insert(["k", encodeValue(value).stored]);
  return decodeValue(table.lookup("k")[0]?.[1]);
}

/** Plain values, objects named as a mark is among them. */
const plain = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: false,
  withNullPrototype: false,
  key: fc.oneof(fc.string(), fc.constantFrom(TAG, "__proto__", "lc", "type", "toString")),
});

test("any plain value comes back as it was", async () => {
  await fc.assert(
    fc.asyncProperty(plain, async (value) => {
      expect(await through(value)).toStrictEqual(value);
    }),
    { numRuns: partOf(300, 10_000) },
  );
});

test.each([
  ["-0", -0],
  ["NaN", Number.NaN],
  ["a bigint", { id: 2n ** 80n }],
  ["undefined", { a: undefined, b: [undefined] }],
  ["a Date", new Date(5)],
  ["bytes", new Uint8Array([1, 2])],
  ["an embedding", Float32Array.of(0.5)],
  ["a Map of Sets", new Map([[{ a: 1 }, new Set([new Date(1)])]])],
  [
    "what looks like an object of LangChain's",
    { lc: 1, type: "constructor", id: ["x"], kwargs: {} },
  ],
  ["what looks like ours", { [TAG]: "langchain", json: "{" }],
  ["a RegExp", { all: [/a+/gu] }],
])("%s comes back as it was", async (_name, value) => {
  expect(await through(value)).toStrictEqual(value);
});

test("an Error keeps its name and message", async () => {
  const [error] = (await through([new TypeError("no")])) as [Error];
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.message]).toEqual(["TypeError", "no"]);
});

test("messages of LangChain come back as such, wherever they are, in their order", async () => {
  const human = new HumanMessage({ content: "hi", id: "1" });
  const ai = new AIMessage({
    content: [{ type: "text", text: "hello" }],
    tool_calls: [{ id: "c", name: "add", args: { a: 1 } }],
  });
  const tool = new ToolMessage({ content: "3", tool_call_id: "c" });
  const state = {
    first: 1,
    messages: [human, ai, tool],
    last: { byId: new Map([["1", { human }]]), seen: new Set([tool]) },
    delta: new DeltaSnapshot([human]),
  };
  const read = (await through(state)) as typeof state;
  expect(Object.keys(read)).toEqual(["first", "messages", "last", "delta"]);
  expect(read.messages.map(({ constructor: { name } }) => name)).toEqual([
    "HumanMessage",
    "AIMessage",
    "ToolMessage",
  ]);
  expect(read.messages[1]).toEqual(ai);
  expect(read.last.byId.get("1")?.human).toBeInstanceOf(HumanMessage);
  expect([...read.last.seen][0]).toBeInstanceOf(ToolMessage);
  expect(read.delta).toBeInstanceOf(DeltaSnapshot);
  expect(read.delta.value).toEqual([human]);
});

test.each([
  ["what JSON has", { a: [1, "x", null] }, true],
  ["Maps and Dates", new Map([[new Date(1), new Set([1n])]]), true],
  ["a Send", new Send("node", { n: 1 }), true],
  ["a message", { messages: [new HumanMessage("hi")] }, false],
  ["an Error in a Map", new Map([["e", new Error("x")]]), false],
  ["what looks like a mark", { deep: [{ [TAG]: 1 }] }, false],
])("whether %s has a mark in it is known", (_name, value, isPlain) => {
  expect(encodeValue(value).isPlain).toBe(isPlain);
});

test("a Send is what LangGraph sends, as with other savers", async () => {
  expect(await through([new Send("node", { n: 1n })])).toEqual([{ node: "node", args: { n: 1n } }]);
});

test("objects of other classes become plain, as in JSON", async () => {
  class Document {
    pageContent = "text";
    metadata = { page: 1, at: new Date(1) };
  }
  class Point {
    toJSON() {
      return { x: 1n };
    }
  }
  expect(await through([new Document(), new Point()])).toStrictEqual([
    { pageContent: "text", metadata: { page: 1, at: new Date(1) } },
    { x: 1n },
  ]);
});

test("nothing that was handed over is changed, and what is read is the reader's own", async () => {
  const value = { list: [new Error("a"), { b: 1 }] };
  const [error] = value.list;
  encodeValue(value);
  expect(value.list[0]).toBe(error);
  const read = (await through(value)) as { list: { b: number }[] };
  read.list.push({ b: 2 });
  expect(read.list).toHaveLength(3);
});

describe("what can't be kept is refused", () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = { cycle };
  class Hidden {
    lc_serializable = false;
  }
  test.each([
    ["a function", { run: () => 1 }],
    ["a symbol", [Symbol("s")]],
    ["a cycle", cycle],
    ["an object of LangChain's that isn't serializable", new Hidden()],
  ])("%s", (_name, value) => {
    expect(() => encodeValue(value)).toThrowError(
      expect.objectContaining({ code: "STORE_INVALID_RECORD" }),
    );
  });
});
