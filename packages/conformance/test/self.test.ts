import { describe, test } from "vitest";
import { conformance } from "../src/index.js";
import { durableAdapter, newPlace, removePlace, sharedAdapter } from "./durable-adapter.js";
import { asynchronous, minimalAdapter, minimalTable } from "./minimal-adapter.js";

const runner = { describe, test };
const runs = 20;

describe("an adapter of the mandatory hooks alone", () => {
  conformance(runner, { createAdapter: () => minimalAdapter(), runs });
});

describe("the same, async", () => {
  conformance(runner, { createAdapter: () => asynchronous(minimalAdapter()), runs });
});

describe("an adapter without ordered_set and bags", () => {
  const setsOnly = minimalAdapter(
    (shelf, toolkit) => minimalTable({ ...shelf, type: "set" }, toolkit),
    { ordered: false, bags: false },
  );
  conformance(runner, { createAdapter: () => setsOnly, runs });
});

describe("a durable adapter that serializes, with a reference", () => {
  conformance(runner, {
    createAdapter: () => ({ adapter: durableAdapter(), options: newPlace() }),
    cleanup: ({ options }) => removePlace(options),
    invalidOptions: [{}, { place: 7 }, { place: "" }],
    reference: minimalAdapter(),
    runs,
  });
});

describe("a durable and shared adapter, async", () => {
  conformance(runner, {
    createAdapter: async () => ({ adapter: asynchronous(sharedAdapter()), options: newPlace() }),
    cleanup: async ({ options }) => removePlace(options),
    runs,
  });
});
