import { AIMessage } from "@langchain/core/messages";
import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import {
  type Checkpoint,
  type CheckpointMetadata,
  type CheckpointTuple,
  ERROR,
  INTERRUPT,
  JsonPlusSerializer,
  uuid6,
} from "@langchain/langgraph-checkpoint";
import { createStore, type Store } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { StoreSaver, type StoreSaverOptions } from "../src/index.js";
import { backends, file, memory } from "./support/backends.js";

const METADATA: CheckpointMetadata = { source: "loop", step: 0, parents: {} };

/** One that shares what it hands out, and one that makes it anew. */
const here = [memory, file];

/** More than a checkpoint keeps by itself. */
const LARGE = "x".repeat(1_000);

let ids = 0;

function checkpointOf(values: Record<string, unknown>, version = 1): Checkpoint {
  const versions = Object.fromEntries(Object.keys(values).map((name) => [name, version]));
  const ts = new Date(0).toISOString();
  return {
    v: 4,
    id: uuid6(ids++),
    ts,
    channel_values: values,
    channel_versions: versions,
    versions_seen: {},
  };
}

function openSaver(options?: StoreSaverOptions): { store: Store; saver: StoreSaver } {
  const store = createStore({ adapter: memoryAdapter });
  onTestFinished(() => store.close());
  return { store, saver: new StoreSaver(store, "graph", undefined, options) };
}

const threadConfig = (thread_id: string, checkpoint_ns = "") => ({
  configurable: { thread_id, checkpoint_ns },
});

async function idsOf(saver: StoreSaver, thread: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { checkpoint } of saver.list({ configurable: { thread_id: thread } })) {
    found.push(checkpoint.id);
  }
  return found;
}

/** How many records each table of the saver's has. */
function sizesOf(store: Store): Record<string, number> {
  return Object.fromEntries(
    store
      .tables("graph")
      .map(({ name, type }) => [name, store.ensureTable("graph", name, { type }).size]),
  );
}

describe("what is put", () => {
  test("comes back as it was given: bigints, -0, NaN, Dates, bytes; MemorySaver loses each", async () => {
    const { saver } = openSaver();
    const values = {
      id: 2n ** 70n,
      zero: -0,
      none: Number.NaN,
      at: new Date(7),
      raw: new Uint8Array([9]),
    };
    const config = await saver.put(threadConfig("t"), checkpointOf(values), METADATA, {
      id: 1,
      zero: 1,
      none: 1,
      at: 1,
      raw: 1,
    });
    await saver.putWrites(config, [["raw", new Uint8Array([1, 2])]], "task");
    const tuple = await saver.getTuple(threadConfig("t"));
    expect(tuple?.checkpoint.channel_values).toStrictEqual(values);
    expect(tuple?.pendingWrites).toStrictEqual([["task", "raw", new Uint8Array([1, 2])]]);
  });

  test.each(here.map((backend) => [backend.name, backend] as const))(
    "is the reader's own over %s",
    async (_name, backend) => {
      const { store, close } = await backend.open();
      onTestFinished(close);
      const saver = new StoreSaver(store, "graph");
      const values = { list: [{ a: 1 }], map: new Map([["k", { text: LARGE }]]) };
      const newVersions = { list: 1, map: 1 };
      const config = await saver.put(
        threadConfig("t"),
        checkpointOf(values),
        METADATA,
        newVersions,
      );
      await saver.putWrites(config, [["list", [{ a: 2 }]]], "task");
      const first = (await saver.getTuple(threadConfig("t"))) as CheckpointTuple;
      const { list, map } = first.checkpoint.channel_values as typeof values;
      list[0] = { a: 7 };
      list.push({ a: 8 });
      (map.get("k") as { text: string }).text = "mine";
      (first.pendingWrites?.[0]?.[2] as object[])[0] = {};
      (first.metadata as { step: number }).step = 9;
      const second = await saver.getTuple(threadConfig("t"));
      expect(second?.checkpoint.channel_values).toEqual({
        list: [{ a: 1 }],
        map: new Map([["k", { text: LARGE }]]),
      });
      expect(second?.pendingWrites).toEqual([["task", "list", [{ a: 2 }]]]);
      expect(second?.metadata).toEqual(METADATA);
    },
  );

  test("goes through the serde that was given, and is read without it if JSON will do", async () => {
    const { store } = openSaver();
    const dumpsTyped = vi.fn(new JsonPlusSerializer().dumpsTyped);
    const serde = Object.assign(new JsonPlusSerializer(), { dumpsTyped });
    const saver = new StoreSaver(store, "graph", serde);
    const config = await saver.put(
      threadConfig("t"),
      checkpointOf({ messages: [new AIMessage("hi")] }),
      METADATA,
      { messages: 1 },
    );
    await saver.putWrites(config, [["n", 1]], "task");
    expect(dumpsTyped).toHaveBeenCalledTimes(4);
    for (const reader of [saver, new StoreSaver(store, "graph")]) {
      const tuple = await reader.getTuple(threadConfig("t"));
      const [message] = (tuple?.checkpoint.channel_values.messages ?? []) as AIMessage[];
      expect(message).toBeInstanceOf(AIMessage);
      expect(tuple?.pendingWrites).toEqual([["task", "n", 1]]);
    }
  });

  test("without a thread, or with one that is no text, is refused", async () => {
    const { saver } = openSaver();
    for (const configurable of [{}, { thread_id: 5 }]) {
      const put = saver.put({ configurable }, checkpointOf({}), METADATA, {});
      await expect(put).rejects.toMatchObject({ code: "STORE_INVALID_OPERATION" });
    }
  });

  test("what can't be stored is refused, and nothing is", async () => {
    const { store, saver } = openSaver();
    const put = saver.put(threadConfig("t"), checkpointOf({ a: 1, f: () => 1 }), METADATA, {
      a: 1,
      f: 1,
    });
    await expect(put).rejects.toMatchObject({ code: "STORE_INVALID_RECORD" });
    expect(sizesOf(store)).toEqual({ checkpoints: 0 });
  });
});

describe("values of channels", () => {
  test("are stored once, however many checkpoints have them", async () => {
    const { store, saver } = openSaver();
    let config = await saver.put(threadConfig("t"), checkpointOf({ big: LARGE, n: 0 }), METADATA, {
      big: 1,
      n: 1,
    });
    for (let n = 1; n <= 5; n++) {
      const checkpoint = checkpointOf({ big: LARGE, n });
      checkpoint.channel_versions = { big: 1, n: n + 1 };
      config = await saver.put(config, checkpoint, METADATA, { n: n + 1 });
    }
    expect(sizesOf(store)).toMatchObject({ checkpoints: 6 + 1 });
    const tuple = await saver.getTuple(threadConfig("t"));
    expect(tuple?.checkpoint.channel_values).toEqual({ big: LARGE, n: 5 });
  });

  test("two branches of one checkpoint have their own, though of one version", async () => {
    const { saver } = openSaver();
    const root = await saver.put(threadConfig("t"), checkpointOf({ n: "root" }), METADATA, {
      n: 1,
    });
    const branches = await Promise.all(
      ["left", "right"].map((n) => saver.put(root, checkpointOf({ n }, 2), METADATA, { n: 2 })),
    );
    const read = await Promise.all(branches.map((config) => saver.getTuple(config)));
    expect(read.map((tuple) => tuple?.checkpoint.channel_values.n)).toEqual(["left", "right"]);
  });

  test("are stored whole where the parent isn't there, and where its version is another", async () => {
    const { saver } = openSaver();
    const gone = { configurable: { ...threadConfig("t").configurable, checkpoint_id: uuid6(1) } };
    const first = await saver.put(gone, checkpointOf({ a: 1 }), METADATA, {});
    expect((await saver.getTuple(first))?.checkpoint.channel_values).toEqual({ a: 1 });
    const second = await saver.put(first, checkpointOf({ a: 2 }, 2), METADATA, {});
    expect((await saver.getTuple(second))?.checkpoint.channel_values).toEqual({ a: 2 });
  });

  test("that aren't there any more are an error, not a state without them", async () => {
    const { store, saver } = openSaver();
    await saver.put(threadConfig("t"), checkpointOf({ a: LARGE }), METADATA, { a: 1 });
    const table = store.ensureTable("graph", "checkpoints", { type: "ordered_set" });
    table.deleteRange({ gt: ["t", "", []] });
    await expect(saver.getTuple(threadConfig("t"))).rejects.toMatchObject({
      code: "STORE_CORRUPT",
    });
  });
});

describe("putWrites", () => {
  async function putOne(saver: StoreSaver) {
    return saver.put(threadConfig("t"), checkpointOf({}), METADATA, {});
  }

  test("leaves what the task wrote before, replaces special writes, and orders by path, task and index", async () => {
    const { saver } = openSaver();
    const config = await putOne(saver);
    await saver.putWrites(
      config,
      [
        ["a", 1],
        ["b", 2],
      ],
      "task",
      "~2",
    );
    await saver.putWrites(
      config,
      [
        ["a", "again"],
        ["b", "again"],
        ["c", 3],
      ],
      "task",
      "~2",
    );
    await saver.putWrites(
      config,
      [
        [INTERRUPT, "first"],
        ["x", 0],
      ],
      "other",
      "~1",
    );
    await saver.putWrites(
      config,
      [
        [INTERRUPT, "second"],
        [ERROR, "e"],
        ["x", 9],
      ],
      "other",
      "~1",
    );
    await saver.putWrites(config, [["early", 0]], "zzz");
    const tuple = await saver.getTuple(config);
    expect(tuple?.pendingWrites).toEqual([
      ["zzz", "early", 0],
      ["other", INTERRUPT, "second"],
      ["other", ERROR, "e"],
      ["other", "x", 0],
      ["other", "x", 9],
      ["task", "a", 1],
      ["task", "b", 2],
      ["task", "c", 3],
    ]);
  });

  test.each(backends.map((backend) => [backend.name, backend] as const))(
    "of many callers at once over %s, the first of each write stays",
    async (_name, backend) => {
      if (backend.missing !== undefined) return;
      const { store, close } = await backend.open();
      onTestFinished(close);
      const saver = new StoreSaver(store, "graph");
      const config = await putOne(saver);
      await Promise.all(
        Array.from({ length: 8 }, (_, caller) =>
          saver.putWrites(
            config,
            [
              ["a", caller],
              ["b", caller],
              [INTERRUPT, caller],
            ],
            "task",
          ),
        ),
      );
      const writes = (await saver.getTuple(config))?.pendingWrites ?? [];
      expect(writes.map(([, channel]) => channel)).toEqual([INTERRUPT, "a", "b"]);
      expect(writes[1]?.[2]).toBe(writes[2]?.[2]);
    },
  );

  test.each(backends.map((backend) => [backend.name, backend] as const))(
    "of many to the last checkpoint over %s are all found, and those of none passed over",
    async (_name, backend) => {
      if (backend.missing !== undefined) return;
      const { store, close } = await backend.open();
      onTestFinished(close);
      const saver = new StoreSaver(store, "graph");
      const first = await putOne(saver);
      await saver.putWrites(first, [["old", 0]], "task");
      const config = await putOne(saver);
      const tasks = Array.from({ length: 30 }, (_, n) => `task-${String(n).padStart(2, "0")}`);
      for (const task of tasks) await saver.putWrites(config, [["c", task]], task);
      const expected = tasks.map((task) => [task, "c", task]);
      expect((await saver.getTuple(threadConfig("t")))?.pendingWrites).toEqual(expected);

      const none = { ...threadConfig("t").configurable, checkpoint_id: uuid6(ids++) };
      for (const task of tasks) await saver.putWrites({ configurable: none }, [["c", 1]], task);
      const last = await saver.getTuple(threadConfig("t"));
      expect(last?.config).toEqual(config);
      expect(last?.pendingWrites).toEqual(expected);
      expect(await saver.getTuple({ configurable: none })).toBeUndefined();
      expect((await saver.getTuple(first))?.pendingWrites).toEqual([["task", "old", 0]]);
      expect(await idsOf(saver, "t")).toHaveLength(2);

      const lone = { configurable: { ...none, thread_id: "lone" } };
      for (const task of tasks) await saver.putWrites(lone, [["c", 1]], task);
      expect(await saver.getTuple(threadConfig("lone"))).toBeUndefined();
    },
  );

  test("to no checkpoint is refused", async () => {
    const { saver } = openSaver();
    const put = saver.putWrites(threadConfig("t"), [["a", 1]], "task");
    await expect(put).rejects.toMatchObject({ code: "STORE_INVALID_OPERATION" });
  });
});

describe("list", () => {
  test("filters deeply, takes limit 0 for none, and goes from new to old", async () => {
    const { saver } = openSaver();
    let config: Awaited<ReturnType<StoreSaver["put"]>> = threadConfig("t");
    for (const tag of ["a", "b", "a"]) {
      const metadata = { ...METADATA, tags: { list: [tag] } } as CheckpointMetadata;
      config = await saver.put(config, checkpointOf({}), metadata, {});
    }
    const list = async (options: object) => {
      const found: string[] = [];
      for await (const tuple of saver.list(threadConfig("t"), options))
        found.push(tuple.checkpoint.id);
      return found;
    };
    const all = await list({});
    expect(all).toEqual([...all].sort().reverse());
    expect(await list({ limit: 0 })).toEqual([]);
    expect(await list({ limit: 2 })).toEqual(all.slice(0, 2));
    expect(await list({ filter: { tags: { list: ["a"] } } })).toEqual([all[0], all[2]]);
    expect(await list({ before: config, filter: { tags: { list: ["a"] } } })).toEqual([all[2]]);
  });

  test("threads whose names begin alike are apart, in deleteThread too", async () => {
    const { store, saver } = openSaver();
    for (const thread of ["t", "t1", "t:x"]) {
      const config = await saver.put(threadConfig(thread), checkpointOf({ a: LARGE }), METADATA, {
        a: 1,
      });
      await saver.putWrites(config, [["a", 1]], "task");
    }
    await saver.deleteThread("t");
    expect(await idsOf(saver, "t")).toEqual([]);
    expect(await idsOf(saver, "t1")).toHaveLength(1);
    expect(sizesOf(store)).toEqual({ checkpoints: 2 + 2 + 2 });
  });
});

describe("keepLast", () => {
  test("removes what is older with its writes and values, but for values that are still in use", async () => {
    const { store, saver } = openSaver({ keepLast: 3 });
    let config = await saver.put(threadConfig("t"), checkpointOf({ old: LARGE, n: 0 }), METADATA, {
      old: 1,
      n: 1,
    });
    const put: string[] = [];
    for (let n = 1; n <= 10; n++) {
      const checkpoint = checkpointOf({ old: LARGE, n });
      checkpoint.channel_versions = { old: 1, n: n + 1 };
      await saver.putWrites(config, [["n", n]], "task");
      config = await saver.put(config, checkpoint, METADATA, { n: n + 1 });
      put.unshift(checkpoint.id);
      const kept = await saver.getTuple(config);
      expect(kept?.checkpoint.channel_values).toEqual({ old: LARGE, n });
    }
    expect(await idsOf(saver, "t")).toEqual(put.slice(0, 3));
    expect(sizesOf(store)).toEqual({ checkpoints: 3 + 1 + 2 });
  });

  test("keeps each namespace and each thread by itself", async () => {
    const { saver } = openSaver({ keepLast: 1 });
    for (const config of [threadConfig("t"), threadConfig("t", "sub"), threadConfig("u")]) {
      for (let n = 0; n < 3; n++) await saver.put(config, checkpointOf({ n }, n), METADATA, { n });
    }
    expect(await idsOf(saver, "t")).toHaveLength(2);
    expect(await idsOf(saver, "u")).toHaveLength(1);
  });

  test("keeps all of a thread that is made of deltas", async () => {
    const { saver } = openSaver({ keepLast: 1 });
    const metadata = { ...METADATA, counters_since_delta_snapshot: { log: [1, 1] } };
    for (let n = 0; n < 3; n++) {
      await saver.put(threadConfig("t"), checkpointOf({}), metadata as CheckpointMetadata, {});
    }
    await saver.pruneThread("t", 1);
    expect(await idsOf(saver, "t")).toHaveLength(3);
  });

  test.each([0, -1, 1.5, Number.NaN, "3" as never])("%s is refused", (keepLast) => {
    const store = createStore({ adapter: memoryAdapter });
    expect(() => new StoreSaver(store, "graph", undefined, { keepLast })).toThrowError(
      expect.objectContaining({ code: "STORE_INVALID_OPTIONS" }),
    );
  });
});

test("pruneThread keeps the newest of each namespace; those of tasks go with what they belonged to", async () => {
  const { store, saver } = openSaver();
  for (let round = 0; round < 4; round++) {
    for (const namespace of ["", "memory", `node:task-${round}`]) {
      const config = threadConfig("t", namespace);
      await saver.put(config, checkpointOf({ a: `${LARGE}${round}` }, round), METADATA, {
        a: round,
      });
    }
  }
  await saver.put(threadConfig("u"), checkpointOf({}), METADATA, {});
  await saver.pruneThread("t", 2);
  const left: string[] = [];
  for await (const { config } of saver.list({ configurable: { thread_id: "t" } })) {
    left.push(config.configurable?.checkpoint_ns);
  }
  expect(left.sort()).toEqual(["", "", "memory", "memory", "node:task-2", "node:task-3"]);
  expect(sizesOf(store)).toMatchObject({ checkpoints: 7 + 6 });
});

test("expireAfter lets a thread go that nobody goes on with, and no checkpoint loses a value before", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const { saver } = openSaver({ expireAfter: 1_000 });
  let config = await saver.put(threadConfig("t"), checkpointOf({ old: LARGE }), METADATA, {
    old: 1,
  });
  for (let n = 0; n < 5; n++) {
    vi.setSystemTime(Date.now() + 600);
    config = await saver.put(config, checkpointOf({ old: LARGE }), METADATA, {});
    await saver.putWrites(config, [["n", n]], "task");
    const tuple = await saver.getTuple(threadConfig("t"));
    expect(tuple?.checkpoint.channel_values).toEqual({ old: LARGE });
  }
  expect(await idsOf(saver, "t")).toHaveLength(2);
  vi.setSystemTime(Date.now() + 1_001);
  expect(await saver.getTuple(threadConfig("t"))).toBeUndefined();
});

test("a saver without expiry doesn't refer to values of one with it", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const { store, saver } = openSaver({ expireAfter: 1_000 });
  const config = await saver.put(threadConfig("t"), checkpointOf({ a: LARGE }), METADATA, { a: 1 });
  const lasting = new StoreSaver(store, "graph");
  const next = await lasting.put(config, checkpointOf({ a: LARGE }), METADATA, {});
  vi.setSystemTime(Date.now() + 1_001);
  expect((await lasting.getTuple(next))?.checkpoint.channel_values).toEqual({ a: LARGE });
});

describe.each(backends.map((backend) => [backend.name, backend] as const))(
  "a graph over %s",
  (_name, backend) => {
    test.skipIf(backend.missing !== undefined)(
      "goes on in its thread, forks from its past, and keeps a copy of a checkpoint",
      async () => {
        const { store, close } = await backend.open();
        onTestFinished(close);
        const State = Annotation.Root({
          log: Annotation<string[]>({
            reducer: (all, more) => all.concat(more),
            default: () => [],
          }),
          kept: Annotation<Map<string, bigint>>(),
        });
        const graph = new StateGraph(State)
          .addNode("a", ({ log }) => ({ log: [`a${log.length}`] }))
          .addNode("b", ({ log }) => ({ log: [`b${log.length}`] }))
          .addEdge(START, "a")
          .addEdge("a", "b")
          .addEdge("b", END)
          .compile({ checkpointer: new StoreSaver(store, "graph") });
        const config = { configurable: { thread_id: "t" } };
        const kept = new Map([["n", 2n ** 65n]]);

        await graph.invoke({ kept }, config);
        const { log } = await graph.invoke({}, config);
        expect(log).toEqual(["a0", "b1", "a2", "b3"]);

        const past = [];
        for await (const state of graph.getStateHistory(config)) past.push(state);
        expect(past.map(({ values }) => values.log?.length)).toEqual([4, 3, 2, 2, 2, 1, 0, 0]);
        expect(past.every(({ values }) => values.kept === undefined || values.kept.get("n"))).toBe(
          true,
        );
        const fork = await graph.updateState(past[2]?.config ?? config, { log: ["fork"] }, "b");
        const forked = await graph.getState(fork);
        expect(forked.values).toEqual({ log: ["a0", "b1", "fork"], kept });
        const copy = await graph.updateState(past[1]?.config ?? config, null, "__copy__");
        expect((await graph.getState(copy)).values).toEqual(past[1]?.values);
      },
    );
  },
);
