import { Worker } from "node:worker_threads";
import { createStore, type Store } from "@store/core";
import { onTestFinished } from "vitest";
import { sharedAdapter, shareStore } from "../../src/index.js";

/** A thread that runs a program of `test/programs`, and is ended with the test. */
export function startThread(program: string, workerData: object): Worker {
  const url = new URL(`../programs/${program}`, import.meta.url);
  const worker = new Worker(url, { workerData, execArgv: [] });
  onTestFinished(async () => {
    await worker.terminate();
  });
  return worker;
}

/** The next message of a thread; its failure, or its end, if that comes first. */
export function messageOf<T>(worker: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (code: number) => reject(new Error(`the thread ended with ${code}`));
    worker.once("error", reject);
    worker.once("exit", end);
    worker.once("message", (message: T) => {
      worker.removeListener("error", reject);
      worker.removeListener("exit", end);
      resolve(message);
    });
  });
}

/** A shared store of this thread, closed with the test. */
export function sharedStore(): Store {
  const store = createStore({ adapter: sharedAdapter });
  onTestFinished(() => store.close());
  return store;
}

/** A thread that runs the source of a function `(store, tell, data)` over the attached store, and says what it returned. */
export async function inThread<T>(
  store: Store,
  run: string,
  options: { readonly callTimeout?: number; readonly data?: unknown } = {},
): Promise<T> {
  const { callTimeout, data } = options;
  const ticket = shareStore(store);
  const worker = startThread("run.mjs", { ticket, run, callTimeout, data });
  const answer = await messageOf<{ value?: T; code?: string; message?: string }>(worker);
  if (answer.message !== undefined) {
    throw Object.assign(new Error(answer.message), { code: answer.code });
  }
  return answer.value as T;
}
