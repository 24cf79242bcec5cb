import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStore, type Store } from "@store/core";
import { fileAdapter } from "@store/file";
import { memoryAdapter } from "@store/memory";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { Cache } from "../src/cache.js";

const START = 1_700_000_000_000;
const OPTIONS = { freshMs: 1_000, staleMs: 5_000 };

let store: Store;
let cache: Cache<string>;

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ["Date"] });
  store = createStore({ adapter: memoryAdapter });
  cache = new Cache(store, "pages", OPTIONS);
});

afterEach(() => {
  store.close();
  vi.useRealTimers();
});

/** A source whose answers the test gives, one after another. */
function source() {
  const answers: PromiseWithResolvers<string>[] = [];
  const load = vi.fn(() => {
    const answer = withResolvers<string>();
    answers.push(answer);
    return answer.promise;
  });
  return { load, answers };
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  return { promise, resolve, reject };
}

/** Lets promises that are settled have their effect. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test("get by 100 at once loads once, and gives all of them the value", async () => {
  const { load, answers } = source();
  const all = Promise.all(Array.from({ length: 100 }, () => cache.get("a", load)));
  for (const answer of answers) answer.resolve("one");
  expect(new Set(await all)).toEqual(new Set(["one"]));
  expect(load).toHaveBeenCalledOnce();
  expect(cache.counts()).toEqual({ hits: 0, stale: 0, misses: 100, failures: 0 });
});

test("what a caller does to the answer changes nothing for the others", async () => {
  const objects = new Cache<{ n: number }>(store, "objects", OPTIONS);
  const [one, two] = await Promise.all([1, 2].map(() => objects.get("a", async () => ({ n: 1 }))));
  expect(() => Object.assign(one as object, { n: 2 })).toThrow(TypeError);
  expect([two, await objects.get("a", async () => ({ n: 3 }))]).toEqual([{ n: 1 }, { n: 1 }]);
});

test("get of a fresh value doesn't load", async () => {
  await cache.get("a", async () => "one");
  vi.setSystemTime(START + 999);
  const load = vi.fn(async () => "two");
  expect(await cache.get("a", load)).toBe("one");
  expect(load).not.toHaveBeenCalled();
  expect(cache.counts()).toEqual({ hits: 1, stale: 0, misses: 1, failures: 0 });
});

test("get of a stale value returns it at once, and loads once in the background", async () => {
  await cache.get("a", async () => "one");
  vi.setSystemTime(START + 1_000);
  const { load, answers } = source();
  expect(await Promise.all([cache.get("a", load), cache.get("a", load)])).toEqual(["one", "one"]);
  for (const answer of answers) answer.resolve("two");
  await settled();
  expect(await cache.get("a", load)).toBe("two");
  expect(load).toHaveBeenCalledOnce();
  expect(cache.counts()).toEqual({ hits: 1, stale: 2, misses: 1, failures: 0 });
});

test("get of an expired value waits for the new one", async () => {
  await cache.get("a", async () => "one");
  vi.setSystemTime(START + 6_000);
  expect(await cache.get("a", async () => "two")).toBe("two");
  expect(cache.counts()).toEqual({ hits: 0, stale: 0, misses: 2, failures: 0 });
});

test("a load that fails rejects all who wait, is not kept, and is tried again", async () => {
  const { load, answers } = source();
  const all = Promise.allSettled([cache.get("a", load), cache.get("a", load)]);
  for (const answer of answers) answer.reject(new Error("down"));
  expect((await all).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await cache.get("a", async () => "one")).toBe("one");
  expect(cache.counts()).toEqual({ hits: 0, stale: 0, misses: 3, failures: 1 });
});

test("a load in the background that fails leaves the stale value, until it expires", async () => {
  await cache.get("a", async () => "one");
  const down = async (): Promise<string> => {
    throw new Error("down");
  };
  vi.setSystemTime(START + 5_999);
  expect(await cache.get("a", down)).toBe("one");
  await settled();
  vi.setSystemTime(START + 6_000);
  await expect(cache.get("a", down)).rejects.toThrow("down");
  expect(cache.counts().failures).toBe(2);
});

test("a value that is deleted while it is on its way is not kept, nor is its loading shared", async () => {
  const { load, answers } = source();
  const before = cache.get("a", load);
  cache.delete("a");
  const after = cache.get("a", load);
  answers[1]?.resolve("new");
  expect(await after).toBe("new");
  answers[0]?.resolve("old");
  expect(await before).toBe("old");
  expect(await cache.get("a", load)).toBe("new");
  expect(load).toHaveBeenCalledTimes(2);
});

test("keys and caches of one store are apart", async () => {
  const other = new Cache<string>(store, "users", OPTIONS);
  await cache.get("a", async () => "page");
  expect(await other.get("a", async () => "user")).toBe("user");
  expect(await cache.get("b", async () => "page b")).toBe("page b");
  expect(other.counts().misses).toBe(1);
});

test("on files, values and counts outlive the process", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "cache-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  // Records in files expire by the system's clock, whatever a test makes of `Date`.
  vi.useRealTimers();
  const options = { freshMs: 1_000_000, staleMs: 0 };
  {
    using files = createStore({ adapter: fileAdapter, options: { dataDir } });
    await new Cache<string>(files, "pages", options).get("a", async () => "one");
  }
  using files = createStore({ adapter: fileAdapter, options: { dataDir } });
  const again = new Cache<string>(files, "pages", options);
  const load = vi.fn(async () => "two");
  expect(await again.get("a", load)).toBe("one");
  expect(load).not.toHaveBeenCalled();
  expect(again.counts()).toEqual({ hits: 1, stale: 0, misses: 1, failures: 0 });

  const brief = new Cache<string>(files, "brief", { freshMs: 0, staleMs: 0 });
  expect(await brief.get("a", load)).toBe("two");
  expect(await brief.get("a", async () => "three")).toBe("three");
});
