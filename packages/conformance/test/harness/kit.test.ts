import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type ConformanceOptions, conformance } from "../../src/index.js";
import { minimalAdapter, minimalTable } from "../adapters/minimal-adapter.js";
import { firstFailure, RecordingRunner } from "./recording-runner.js";

/** Fails in `delete`, when there is something to delete. */
const broken = minimalAdapter((shelf, toolkit) => ({
  ...minimalTable(shelf, toolkit),
  delete: () => {},
}));

function recorded(options: Partial<ConformanceOptions> = {}): RecordingRunner {
  const runner = new RecordingRunner();
  conformance(runner, { createAdapter: () => minimalAdapter(), ...options });
  return runner;
}

async function failureOf(options: Partial<ConformanceOptions>): Promise<string> {
  const { tests } = recorded({ createAdapter: () => broken, ...options });
  const random = tests.filter(({ suite }) =>
    suite.startsWith("random operations, compared with a model"),
  );
  const failure = await firstFailure(random);
  assert(failure?.error instanceof Error);
  return failure.error.message;
}

test("test functions take no parameters: some runners would wait for a callback", () => {
  expect(recorded().tests.filter(({ run }) => run.length > 0)).toEqual([]);
});

test("every test has a title of its own within its suite", () => {
  const titles = recorded().tests.map(({ suite, title }) => `${suite}: ${title}`);
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
});

test("the README's table has every suite, in the order in which they run", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const table = readme.slice(readme.indexOf("| suite |"), readme.indexOf("## What is skipped"));
  const rows = table.split("\n").flatMap((line) => /^\| ([^|]+) \|/.exec(line)?.[1] ?? []);
  const suites = new Set(recorded().tests.map(({ suite }) => suite.replace(/ \([^)]+\)$/, "")));
  expect(rows.slice(1)).toEqual([...suites]);
});

test("every suite is named with the heading that says what it checks", () => {
  for (const { suite } of recorded().tests) expect(suite).toMatch(/ \(.+\)$/);
});

test("conformance without createAdapter throws", () => {
  expect(() => conformance(new RecordingRunner(), {} as ConformanceOptions)).toThrow(TypeError);
});

test("cleanup is called once for each created backend, also after a failure", async () => {
  let made = 0;
  const cleaned: unknown[] = [];
  const { tests } = recorded({
    createAdapter: () => ({ adapter: broken, options: { volume: made++ } }),
    cleanup: (created) => cleaned.push(Object(created).options.volume),
    runs: 2,
  });
  let failures = 0;
  for (const { run } of tests.filter(
    ({ suite }) => suite.startsWith("lookup") || suite.startsWith("delete"),
  )) {
    await run().catch(() => failures++);
  }
  expect(failures).toBeGreaterThan(0);
  expect(cleaned.length).toBe(made);
  expect(new Set(cleaned).size).toBe(made);
});

test("a failure of cleanup fails the test, but hides no other failure", async () => {
  const cleanup = () => {
    throw new Error("not cleaned");
  };
  const passing = await firstFailure(recorded({ cleanup }).tests);
  expect(String(passing?.error)).toContain("not cleaned");
  const { tests } = recorded({ createAdapter: () => broken, cleanup });
  const deleting = await firstFailure(
    tests.filter(({ title }) => title.startsWith("delete removes")),
  );
  expect(String(deleting?.error)).not.toContain("not cleaned");
});

test("a failure of a random test shows the operations as one writes them, the seed and the path", async () => {
  const message = await failureOf({ seed: 42 });
  expect(message).toMatch(/^ {2}(insert|insertNew|insertMany|updateCounter)\(.*\)$/m);
  expect(message).toMatch(/^ {2}(delete|take)\(.*\)$/m);
  expect(message).toContain("seed: 42");
  expect(message).toMatch(/path: "[\d:]+"/);
});

test("a failure of a random test is shrunk to a few operations", async () => {
  const message = await failureOf({ seed: 7 });
  const operations = message.split("\n").filter((line) => /^ {2}\w+\(/.test(line));
  expect(operations.length).toBeLessThanOrEqual(4);
});

test("a random test with the seed of a failure fails in the same way", async () => {
  expect(await failureOf({ seed: 99 })).toBe(await failureOf({ seed: 99 }));
});

test("a random test with the seed and the path of a failure fails at once in the same way", async () => {
  const message = await failureOf({ seed: 5 });
  const path = /path: "([\d:]+)"/.exec(message)?.[1];
  assert(path !== undefined);
  const replayed = await failureOf({ seed: 5, path });
  expect(replayed).toContain("the simplest found in 0 steps");
  const operations = (text: string) => text.split("\n").filter((line) => line.startsWith("  "));
  expect(operations(replayed)).toEqual(operations(message));
});

test("a failure says what to look at", async () => {
  expect(await failureOf({})).toContain("Look at: the adapter methods behind the last operation");
});

test("timeoutMs is handed to the runner with each test, and only if it is given", () => {
  expect(new Set(recorded({ timeoutMs: 30_000 }).tests.map(({ timeoutMs }) => timeoutMs))).toEqual(
    new Set([30_000]),
  );
  let mostArguments = 0;
  const test = (...args: unknown[]) => {
    mostArguments = Math.max(mostArguments, args.length);
  };
  const describe = (_name: string, define: () => void) => define();
  conformance({ describe, test }, { createAdapter: () => minimalAdapter() });
  expect(mostArguments).toBe(2);
});

test("a failure says in which kind of store it happened", async () => {
  expect(await failureOf({})).toContain('(adapter "minimal" in a store of mode "sync")');
});
