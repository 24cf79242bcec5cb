import { describe, expect, test } from "vitest";
import { type ConformanceOptions, conformance } from "../src/index.js";
import { durableAdapter, newPlace, removePlace, sharedAdapter } from "./durable-adapter.js";
import { asynchronous, minimalAdapter, minimalTable } from "./minimal-adapter.js";
import { firstFailure, RecordingRunner } from "./recording-runner.js";

describe("an adapter of the mandatory hooks alone", () => {
  conformance({ describe, test }, { createAdapter: () => minimalAdapter(), runs: 20 });
});

const setsOnly = minimalAdapter(
  (shelf, toolkit) => minimalTable({ ...shelf, type: "set" }, toolkit),
  { ordered: false, bags: false },
);

const VARIANTS: Readonly<Record<string, ConformanceOptions>> = {
  "an async adapter": { createAdapter: () => asynchronous(minimalAdapter()) },
  "an adapter without ordered_set and bags": { createAdapter: () => setsOnly },
  "the same, async": { createAdapter: async () => asynchronous(setsOnly) },
  "a durable adapter that serializes, compared with a reference": {
    createAdapter: () => ({ adapter: durableAdapter(), options: newPlace() }),
    cleanup: (created) => removePlace(Object(created).options),
    invalidOptions: [{}, { place: 7 }, { place: "" }],
    reference: minimalAdapter(),
  },
  "a durable and shared adapter, async": {
    createAdapter: () => ({ adapter: asynchronous(sharedAdapter()), options: newPlace() }),
    cleanup: (created) => removePlace(Object(created).options),
  },
};

describe("the whole kit passes", () => {
  for (const [name, options] of Object.entries(VARIANTS)) {
    test(`for ${name}`, { timeout: 60_000 }, async () => {
      const runner = new RecordingRunner();
      conformance(runner, { ...options, runs: 10 });
      const failure = await firstFailure(runner.tests);
      expect(failure, `${failure?.test.title}: ${failure?.error}`).toBeUndefined();
    });
  }
});
