import { conformance } from "@store/conformance";
import { memoryAdapter } from "@store/memory";
import { afterAll, beforeAll, describe, expect, vi } from "vitest";
import { kitRunner } from "../../../../tooling/kit-runner.js";
import { isWhole } from "../../../../tooling/long.js";
import { channels, type StoreCall, telemetry } from "../src/index.js";

vi.setConfig({ testTimeout: 120_000 });

describe("over memory, while nobody listens", () => {
  conformance(kitRunner(8), {
    createAdapter: () => telemetry(memoryAdapter),
    invalidOptions: [{ dataDir: "somewhere" }],
  });
});

describe("over memory, while all calls are told of", () => {
  let calls = 0;
  const heard = (message: unknown) => {
    calls++;
    // What is reckoned only when it is asked for.
    void (message as StoreCall).bytes;
  };
  const subscribers = {
    start: heard,
    end: heard,
    asyncStart: heard,
    asyncEnd: heard,
    error: heard,
  };
  beforeAll(() => {
    for (const channel of Object.values(channels)) channel.subscribe(subscribers);
  });
  afterAll(() => {
    for (const channel of Object.values(channels)) channel.unsubscribe(subscribers);
    expect(calls).toBeGreaterThan(isWhole ? 10_000 : 1_000);
  });
  conformance(kitRunner(8), {
    createAdapter: () => telemetry(memoryAdapter, { slowCalls: { thresholdMs: 0, log: heard } }),
    invalidOptions: [{ dataDir: "somewhere" }],
  });
});
