import type { BatchOperation, TableChange, Toolkit } from "@store/core";
import type { ConformanceOptions } from "../../src/index.js";
import { applyChanges, type BatchMethods, minimalAdapter } from "../adapters/minimal-adapter.js";
import { type Fault, from } from "./broken.js";

type Operation = BatchOperation<"sync">;
type Change = TableChange<"sync">;

/** The minimal adapter with batches of another kind. */
function withBatches(batchesOf: (toolkit: Toolkit) => BatchMethods): ConformanceOptions {
  return from(minimalAdapter(undefined, { batches: true }, batchesOf));
}

/** The minimal adapter that applies some of the changes of a batch only, or others. */
function applying(choose: (changes: readonly Change[]) => readonly Change[]): ConformanceOptions {
  return withBatches(() => ({ applyChanges: (changes) => applyChanges(choose(changes)) }));
}

/** A transaction in which some operations are done as others, and come to true. */
function transacting(
  replaced: (operation: Operation) => Operation | undefined,
): ConformanceOptions {
  return withBatches(({ planBatch }) => ({
    transact(operations) {
      const others = operations.map(replaced);
      const plan = planBatch(
        operations.map((operation, n) => others[n] ?? operation),
        "sync",
      );
      if (plan === undefined) return undefined;
      applyChanges(plan.changes);
      return plan.results.map((result, n) => (others[n] === undefined ? result : true));
    },
  }));
}

/** Plans each operation on what the tables hold, and does `then` with its changes. */
function oneByOne(isApplied: "at once" | "at the end"): ConformanceOptions {
  return withBatches(({ planBatch }) => ({
    transact(operations) {
      const results: unknown[] = [];
      const left: Change[] = [];
      for (const operation of operations) {
        const plan = planBatch([operation], "sync");
        if (plan === undefined) return undefined;
        if (isApplied === "at once") applyChanges(plan.changes);
        else left.push(...plan.changes);
        results.push(...plan.results);
      }
      applyChanges(left);
      return results;
    },
  }));
}

export const BATCH_FAULTS: readonly Fault[] = [
  {
    name: "applies the operations of a batch until one fails",
    suite: "conditions and errors of a batch",
    test: "updateCounter of a missing key makes a batch throw",
    options: oneByOne("at once"),
  },
  {
    name: "applies the operations of a batch until a condition doesn't hold",
    suite: "conditions and errors of a batch",
    test: "check of another record makes a batch false",
    options: oneByOne("at once"),
  },
  {
    name: "returns from a batch after the changes of the first table",
    suite: "batch",
    test: "a batch does nothing before commit, then everything",
    options: applying((changes) => changes.filter(({ table }) => table === changes[0]?.table)),
  },
  {
    name: "applies the changes of a batch in another order",
    suite: "batch",
    test: "deleteAllObjects in a batch removes everything that was there before it",
    options: applying((changes) => changes.toReversed()),
  },
  {
    name: "a batch can't see what its earlier operations did",
    suite: "batch",
    test: "results has what each call would have returned",
    options: oneByOne("at the end"),
  },
  {
    name: "numbers all appends of a batch alike",
    suite: "batch",
    test: "append and deleteRange see what the batch did before",
    options: oneByOne("at the end"),
  },
  {
    name: "a batch finds a key that it deleted",
    suite: "conditions and errors of a batch",
    test: "insertNew of a key that the batch deleted holds",
    options: oneByOne("at the end"),
  },
  {
    name: "a batch doesn't look whether check holds",
    suite: "conditions and errors of a batch",
    test: "check of another record makes a batch false",
    options: transacting((operation) =>
      operation.kind === "check"
        ? { kind: "deleteMany", table: operation.table, keys: [] }
        : undefined,
    ),
  },
  {
    name: "a batch doesn't look for the absence that check asks for",
    suite: "conditions and errors of a batch",
    test: "check that there is none makes a batch false",
    options: transacting((operation) =>
      operation.kind === "check" && operation.expected === undefined
        ? { kind: "deleteMany", table: operation.table, keys: [] }
        : undefined,
    ),
  },
  {
    name: "a batch replaces whatever is there",
    suite: "conditions and errors of a batch",
    test: "replace of another record makes a batch false",
    options: transacting((operation) => {
      if (operation.kind !== "replace") return undefined;
      const { table, record, expiresAt } = operation;
      return { kind: "insert", table, records: [record], expiresAt };
    }),
  },
  {
    name: "a batch replaces records that differ deep within",
    suite: "conditions and errors of a batch",
    test: "replace of a record that differs deep within makes a batch false",
    options: transacting((operation) => {
      if (operation.kind !== "replace") return undefined;
      const { table, record, expected, expiresAt } = operation;
      const isDeep = expected.some((element) => typeof element === "object");
      return isDeep ? { kind: "insert", table, records: [record], expiresAt } : undefined;
    }),
  },
  {
    name: "insertNew of a batch is insert",
    suite: "conditions and errors of a batch",
    test: "insertNew of a key that is there makes a batch false",
    options: transacting((operation) =>
      operation.kind === "insertNew" ? { ...operation, kind: "insert" } : undefined,
    ),
  },
  {
    name: "insertNewMany of a batch looks at the first key only",
    suite: "conditions and errors of a batch",
    test: "insertNewMany with a key that is there makes a batch false",
    options: transacting((operation) =>
      operation.kind === "insertNew" && operation.records.length > 1
        ? { ...operation, kind: "insert" }
        : undefined,
    ),
  },
];
