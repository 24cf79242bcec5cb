import { describe, expect, test } from "vitest";
import { kitPart } from "../../../../tooling/kit-runner.js";
import { isLong, partOf } from "../../../../tooling/long.js";
import { type ConformanceOptions, conformance } from "../../src/index.js";
import {
  durableAdapter,
  newVolume,
  removeVolume,
  serializing,
  sharedAdapter,
} from "../adapters/durable-adapter.js";
import { expiringTable } from "../adapters/expiring-table.js";
import { asynchronous, minimalAdapter, minimalTable } from "../adapters/minimal-adapter.js";
import { pagingAdapter } from "../adapters/paging-adapter.js";
import { transactions } from "../adapters/transactions.js";
import { firstFailure, RecordingRunner } from "../harness/recording-runner.js";

describe("an adapter of the mandatory methods alone", () => {
  conformance({ describe, test }, { createAdapter: () => minimalAdapter(), runs: partOf(6, 20) });
});

const setsOnly = minimalAdapter(
  (shelf, toolkit) => minimalTable({ ...shelf, type: "set" }, toolkit),
  { ordered: false, bags: false },
);

const batching = minimalAdapter(minimalTable, { batches: true });
const expiring = minimalAdapter(expiringTable, { expiry: true });
const lasting = durableAdapter(serializing(expiringTable), { batches: true, expiry: true });
const transacting = minimalAdapter(expiringTable, { batches: true, expiry: true }, transactions);

interface Variant extends ConformanceOptions {
  /**
   * How the suites begin that differ for it from another variant: `npm test` runs these, `npm run test:long` all.
   * Default: all.
   */
  readonly suites?: readonly string[];
}

const DECLARING = ["declar"];
const BATCHES = [
  ...DECLARING,
  "batch",
  "tables and arguments of a batch",
  "conditions and errors of a batch",
  "random batches",
];
const EXPIRY = [
  ...DECLARING,
  "expiry",
  "the first call",
  "setting",
  "moments",
  "migrate",
  "random",
];
const TRAVERSAL = ["first", "records", "tables of", "match", "count", "random"];
const ATOMICITY = [...DECLARING, "many callers", "shared", "durable", "failed calls", "random"];

const VARIANTS: Readonly<Record<string, Variant>> = {
  "an async adapter": { createAdapter: () => asynchronous(minimalAdapter()) },
  "an adapter without ordered_set and bags": { createAdapter: () => setsOnly },
  "the same, async": { createAdapter: async () => asynchronous(setsOnly) },
  "an adapter with batches": { createAdapter: () => batching, suites: BATCHES },
  "the same with batches, async": {
    createAdapter: () => asynchronous(batching),
    suites: BATCHES,
  },
  "an adapter with expiry": { createAdapter: () => expiring, suites: EXPIRY },
  "the same with expiry, async": { createAdapter: () => asynchronous(expiring), suites: EXPIRY },
  "an adapter with expiry and transactions of its own": { createAdapter: () => transacting },
  "the same with transactions, async": {
    createAdapter: () => asynchronous(transacting),
    suites: [...BATCHES, ...EXPIRY],
  },
  "an adapter that reads in pages": { createAdapter: () => pagingAdapter(500), suites: TRAVERSAL },
  "a durable adapter that serializes, compared with a reference": {
    createAdapter: () => ({ adapter: durableAdapter(), options: newVolume() }),
    cleanup: (created) => removeVolume(Object(created).options),
    invalidOptions: [{}, { volume: 7 }, { volume: "" }],
    reference: minimalAdapter(),
  },
  "a durable adapter with batches and expiry": {
    createAdapter: () => ({ adapter: lasting, options: newVolume() }),
    cleanup: (created) => removeVolume(Object(created).options),
    suites: [...BATCHES, ...EXPIRY, "durable"],
  },
  "a durable and shared adapter, async": {
    createAdapter: () => ({ adapter: asynchronous(sharedAdapter()), options: newVolume() }),
    cleanup: (created) => removeVolume(Object(created).options),
    suites: ATOMICITY,
  },
};

describe("the kit passes", () => {
  for (const [at, [name, { suites = [""], ...options }]] of Object.entries(VARIANTS).entries()) {
    test(`for ${name}`, { timeout: 180_000 }, async () => {
      const runner = new RecordingRunner();
      conformance(runner, { ...options, runs: partOf(4, 10) });
      const tests = runner.tests.filter(
        ({ suite }) => isLong || suites.some((name) => suite.startsWith(name)),
      );
      const failure = await firstFailure(kitPart(tests, 3, at));
      expect(failure, `${failure?.test.title}: ${failure?.error}`).toBeUndefined();
    });
  }
});
