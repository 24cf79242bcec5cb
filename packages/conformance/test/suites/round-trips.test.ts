import type { AdapterTable } from "@store/core";
import { expect, test } from "vitest";
import { kitPart } from "../../../../tooling/kit-runner.js";
import { conformance } from "../../src/index.js";
import { countingAdapter } from "../adapters/counting-adapter.js";
import { asynchronous, minimalAdapter } from "../adapters/minimal-adapter.js";
import { firstFailure, RecordingRunner } from "../harness/recording-runner.js";

/** The first failure of the suite, of an adapter that lacks some methods. */
async function failureWithout(...leftOut: (keyof AdapterTable | "transact")[]): Promise<string> {
  const { adapter, roundTrips } = countingAdapter(...leftOut);
  return failureOf({ createAdapter: () => adapter, roundTrips });
}

async function failureOf(options: Parameters<typeof conformance>[1]): Promise<string> {
  const runner = new RecordingRunner();
  conformance(runner, options);
  const tests = runner.tests.filter(({ suite }) => suite.startsWith("round trips"));
  expect(tests.length).toBeGreaterThan(20);
  return String((await firstFailure(tests))?.error ?? "none");
}

test("an adapter with a method for each call passes", async () => {
  expect(await failureWithout()).toBe("none");
});

test("the kit passes for it", { timeout: 180_000 }, async () => {
  const { adapter, roundTrips } = countingAdapter();
  const runner = new RecordingRunner();
  conformance(runner, { createAdapter: () => adapter, roundTrips, runs: 5 });
  const failure = await firstFailure(kitPart(runner.tests, 4));
  expect(failure, `${failure?.test.title}: ${failure?.error}`).toBeUndefined();
});

test("an adapter without lookupMany fails, and is told to write it", async () => {
  expect(await failureWithout("lookupMany")).toContain(
    "lookupMany of 3 keys: expected 1 request, counted 3. Write the optional method lookupMany",
  );
});

test("an adapter without transact fails, and is told to write it", async () => {
  expect(await failureWithout("transact")).toMatch(
    /commit of a batch: expected 1 request, counted \d+\. Write .* transact/,
  );
});

for (const method of [
  "deleteMany",
  "replace",
  "append",
  "deleteRange",
  "matchDelete",
  "nextLookup",
] as const) {
  test(`an adapter without ${method} fails, and is told to write it`, async () => {
    // `replace` is made of `update` where there is one.
    const others = method === "replace" ? (["update"] as const) : [];
    expect(await failureWithout(method, ...others)).toMatch(
      new RegExp(
        `${method}.*: expected 1 request, counted \\d+\\. Write the optional method ${method}`,
      ),
    );
  });
}

test("an adapter whose requests aren't counted fails", async () => {
  const adapter = asynchronous(minimalAdapter());
  expect(await failureOf({ createAdapter: () => adapter, roundTrips: () => 7 })).toContain(
    "insert: expected 1 request, counted 0. Likely cause: roundTrips counts too little",
  );
});

test("a sync adapter's requests aren't counted", async () => {
  const adapter = minimalAdapter();
  expect(await failureOf({ createAdapter: () => adapter, roundTrips: () => 7 })).toBe("none");
});
