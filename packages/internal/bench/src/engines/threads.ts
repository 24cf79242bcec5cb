import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Engine, Location, Setup } from "../engine.js";
import { othersDirectory } from "../paths.js";
import { type Records, sizeOf, type Value } from "../records.js";
import { load, urlOf } from "../workspace-packages.js";

type Core = typeof import("@store/core");
type Shared = typeof import("@store/worker");

const PROGRAM = join(othersDirectory, "thread.mjs");

/** Another thread, which does one thing after the other. */
class Thread {
  readonly #worker: Worker;
  readonly #waiting: ((answer: unknown) => void)[] = [];

  constructor(workerData: object = {}) {
    this.#worker = new Worker(PROGRAM, { workerData, execArgv: [] });
    this.#worker.on("message", (answer) => this.#waiting.shift()?.(answer));
  }

  run<T>(call: string, task: object = {}): Promise<T> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve as (answer: unknown) => void);
      this.#worker.postMessage({ call, ...task });
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** A table that this thread owns, and another that uses it. */
async function openShared({ workspace }: Location) {
  const { createStore } = await load<Core>(workspace, "core");
  const { sharedAdapter, shareStore } = await load<Shared>(workspace, "worker");
  const store = createStore({ adapter: sharedAdapter });
  const table = store.ensureTable<[key: string, value: Value]>("bench", "records");
  const ticket = shareStore(store);
  const thread = new Thread({ ticket, worker: urlOf(workspace, "worker") });
  const close = async () => {
    await thread.end();
    store.close();
  };
  return { table, thread, close };
}

/** Reads by another thread than the one that owns the table. */
export const sharedReader: Setup = {
  title: "@store/worker set, from another thread",
  acknowledged: "in memory",
  async open(location): Promise<Engine> {
    const { table, thread, close } = await openShared(location);
    return {
      prepare: (records) => void thread.run("records", { records }),
      insert({ keys, values }) {
        for (let index = 0; index < keys.length; index++) {
          table.insert([keys[index] as string, values[index] as Value]);
        }
      },
      lookup: () => thread.run<number>("lookup"),
      close,
    };
  },
};

/** Writes of another thread, which the owner does for it. */
export const sharedWriter: Setup = {
  title: "@store/worker set, through its owner",
  acknowledged: "in memory",
  async open(location): Promise<Engine> {
    const { thread, close } = await openShared(location);
    return {
      prepare: (records) => void thread.run("records", { records }),
      async insert() {
        await thread.run("insert");
      },
      close,
    };
  },
};

/** What a program does without shared memory: it asks a thread that has a Map. */
export const messages: Setup = {
  title: "messages to a Map",
  acknowledged: "in memory",
  open(): Engine {
    const thread = new Thread();
    return {
      async insert(records) {
        await thread.run("records", { records });
        await thread.run("hold");
      },
      async lookup(keys) {
        let sum = 0;
        for (const key of keys) sum += sizeOf(await thread.run<Value>("find", { key }));
        return sum;
      },
      close: () => thread.end(),
    };
  },
};

/** Two threads that do nothing but wake each other, once for each record. */
export const exchange: Setup = {
  title: "exchange by Atomics",
  acknowledged: "in memory",
  open(): Engine {
    const thread = new Thread();
    return {
      async insert({ keys }: Records) {
        const words = new Int32Array(new SharedArrayBuffer(8));
        const times = keys.length;
        const done = thread.run("pong", { words, times });
        for (let turn = 1; turn <= times; turn++) {
          Atomics.store(words, 0, turn);
          Atomics.notify(words, 0);
          while (Atomics.load(words, 1) !== turn) Atomics.wait(words, 1, turn - 1);
        }
        await done;
      },
      close: () => thread.end(),
    };
  },
};
