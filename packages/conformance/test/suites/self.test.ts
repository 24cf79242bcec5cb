import { describe, expect, test } from "vitest";
import { type ConformanceOptions, conformance } from "../../src/index.js";
import {
  durableAdapter,
  newVolume,
  removeVolume,
  sharedAdapter,
} from "../adapters/durable-adapter.js";
import { expiringTable } from "../adapters/expiring-table.js";
import { asynchronous, minimalAdapter, minimalTable } from "../adapters/minimal-adapter.js";
import { pagingAdapter } from "../adapters/paging-adapter.js";
import { transactions } from "../adapters/transactions.js";
import { firstFailure, RecordingRunner } from "../harness/recording-runner.js";

describe("an adapter of the mandatory methods alone", () => {
  conformance({ describe, test }, { createAdapter: () => minimalAdapter(), runs: 20 });
});

const setsOnly = minimalAdapter(
  (shelf, toolkit) => minimalTable({ ...shelf, type: "set" }, toolkit),
  { ordered: false, bags: false },
);

const batching = minimalAdapter(minimalTable, { batches: true });
const expiring = minimalAdapter(expiringTable, { expiry: true });
const transacting = minimalAdapter(expiringTable, { batches: true, expiry: true }, transactions);

const VARIANTS: Readonly<Record<string, ConformanceOptions>> = {
  "an async adapter": { createAdapter: () => asynchronous(minimalAdapter()) },
  "an adapter without ordered_set and bags": { createAdapter: () => setsOnly },
  "the same, async": { createAdapter: async () => asynchronous(setsOnly) },
  "an adapter with batches": { createAdapter: () => batching },
  "the same with batches, async": { createAdapter: () => asynchronous(batching) },
  "an adapter with expiry": { createAdapter: () => expiring },
  "the same with expiry, async": { createAdapter: () => asynchronous(expiring) },
  "an adapter with expiry and transactions of its own": { createAdapter: () => transacting },
  "the same with transactions, async": { createAdapter: () => asynchronous(transacting) },
  "an adapter that reads in pages": { createAdapter: () => pagingAdapter(500) },
  "a durable adapter that serializes, compared with a reference": {
    createAdapter: () => ({ adapter: durableAdapter(), options: newVolume() }),
    cleanup: (created) => removeVolume(Object(created).options),
    invalidOptions: [{}, { volume: 7 }, { volume: "" }],
    reference: minimalAdapter(),
  },
  "a durable and shared adapter, async": {
    createAdapter: () => ({ adapter: asynchronous(sharedAdapter()), options: newVolume() }),
    cleanup: (created) => removeVolume(Object(created).options),
  },
};

describe("the whole kit passes", () => {
  for (const [name, options] of Object.entries(VARIANTS)) {
    test(`for ${name}`, { timeout: 180_000 }, async () => {
      const runner = new RecordingRunner();
      conformance(runner, { ...options, runs: 10 });
      const failure = await firstFailure(runner.tests);
      expect(failure, `${failure?.test.title}: ${failure?.error}`).toBeUndefined();
    });
  }
});
