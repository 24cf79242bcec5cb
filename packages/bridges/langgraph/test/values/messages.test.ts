import { load } from "@langchain/core/load";
import {
  AIMessage,
  AIMessageChunk,
  type BaseMessage,
  ChatMessage,
  FunctionMessage,
  HumanMessage,
  HumanMessageChunk,
  RemoveMessage,
  SystemMessage,
  ToolMessage,
} from "@langchain/core/messages";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { describe, expect, test } from "vitest";
import { messageOf } from "../../src/values/messages.js";

const toolCalls = [{ id: "c", name: "add", args: { a: 1, nested: { list: [1] } } }];

const MESSAGES: Record<string, BaseMessage> = {
  human: new HumanMessage("hi"),
  "human with fields": new HumanMessage({
    id: "1",
    name: "ada",
    content: [
      { type: "text", text: "look" },
      { type: "image_url", image_url: { url: "data:" } },
    ],
    additional_kwargs: { some_key: { inner_key: 1 } },
    response_metadata: { source: "test" },
  }),
  "human chunk": new HumanMessageChunk("h"),
  system: new SystemMessage({ content: "be brief", id: "s" }),
  ai: new AIMessage("hello"),
  "ai with calls": new AIMessage({
    content: "",
    tool_calls: toolCalls,
    invalid_tool_calls: [{ name: "sub", args: "{", error: "cut off" }],
    response_metadata: { model_name: "m", usage: { input_tokens: 1 } },
  }),
  "ai with its usage": new AIMessage({
    content: "hello",
    usage_metadata: { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
  } as never),
  "ai of version 1": new AIMessage({ contentBlocks: [{ type: "text", text: "hello" }] }),
  "ai chunk": new AIMessageChunk({
    content: "he",
    tool_call_chunks: [{ id: "c", name: "add", args: '{"a":', index: 0 }],
  }),
  tool: new ToolMessage({
    content: "3",
    tool_call_id: "c",
    name: "add",
    status: "success",
    artifact: { rows: [1, 2] },
    metadata: { took: 1 },
  }),
  function: new FunctionMessage({ content: "3", name: "add" }),
  chat: new ChatMessage({ content: "hm", role: "critic" }),
  remove: new RemoveMessage({ id: "1" }),
  "what looks like LangChain's": new HumanMessage({
    content: "hi",
    additional_kwargs: { fake: { lc: 1, type: "constructor", id: ["x"], kwargs: {} } },
  }),
  "what looks escaped": new HumanMessage({
    content: "hi",
    additional_kwargs: { fake: { __lc_escaped__: { lc: 1 } }, other: [{ lc: 2 }] },
  }),
  "a message in a message": new ToolMessage({
    content: "",
    tool_call_id: "c",
    artifact: { asked: [new HumanMessage("what?")] },
  }),
};

describe("a message is what LangChain's load makes of its JSON", () => {
  test.each(Object.entries(MESSAGES))("%s", async (_name, message) => {
    const json = JSON.stringify(message);
    const made = messageOf(json) as BaseMessage;
    const loaded = await load<BaseMessage>(json);
    expect(made).toStrictEqual(loaded);
    expect(Object.getPrototypeOf(made)).toBe(Object.getPrototypeOf(loaded));
    expect(made.lc_kwargs).toStrictEqual(loaded.lc_kwargs);
    expect(JSON.stringify(made)).toBe(JSON.stringify(loaded));
    expect(made.text).toBe(loaded.text);
  });
});

describe("left to load is", () => {
  const prompt = ChatPromptTemplate.fromMessages([["human", "{question}"]]);
  const human = { lc: 1, type: "constructor", id: ["langchain_core", "messages", "HumanMessage"] };
  test.each<[string, unknown]>([
    ["a prompt", prompt],
    [
      "a message with a prompt in it",
      new ToolMessage({ content: "", tool_call_id: "c", artifact: [{ prompt }] }),
    ],
    ["a name that isn't a class", { ...human, id: [...human.id.slice(0, 2), "mergeContent"] }],
    ["a name that nothing has", { ...human, id: [...human.id.slice(0, 2), "toString"] }],
    ["another module", { ...human, id: ["langchain_core", "prompts", "HumanMessage"] }],
    ["a longer path", { ...human, id: ["langchain_core", "messages", "human", "HumanMessage"] }],
    [
      "a field whose name load may change otherwise",
      { ...human, kwargs: { content: "x", "Some-Key": 1 } },
    ],
    ["no fields", { ...human }],
    ["a secret", { ...human, kwargs: { content: { lc: 1, type: "secret", id: ["KEY"] } } }],
    ["what isn't serializable", { lc: 1, type: "not_implemented", id: ["x"] }],
  ])("%s", (_name, value) => {
    expect(messageOf(JSON.stringify(value))).toBeUndefined();
  });
});
