import type { BatchOperation } from "../adapter/adapter-batch.js";
import type { Mode, Result } from "../adapter/mode.js";
import { same } from "../adapter/steps.js";
import { describe } from "../errors/describe.js";
import { locate, Refusal } from "../errors/errors.js";
import { scanRange } from "../queries/range.js";
import {
  counterSteps,
  hasEqualKeys,
  momentOf,
  ownAll,
  ownChanges,
  ownElements,
  ownInitial,
  ownKeys,
  ownPrefix,
} from "../table/arguments.js";
import { type CallSite, callerOf } from "../table/call.js";
import { checkGiven } from "../table/querying.js";
import { checkOrdered, checkUnique, isUnique, type TableContext } from "../table/table-context.js";
import { contextOf } from "../table/table-handle.js";
import { type Key, ownKey, releaseKey } from "../values/key.js";
import { compareKeys } from "../values/key-order.js";
import type { Batch } from "./batch.js";

/** An operation that was added. */
interface Added extends Answering {
  readonly context: TableContext<Mode>;
  readonly operation: BatchOperation<Mode>;
}

interface Answering {
  /** What the user gets for what the operation came to. */
  readonly answer: (result: unknown) => unknown;
}

/** An operation whose table isn't named yet. Without `answer` the user gets what it came to. */
type Addition = WithoutTable<BatchOperation<Mode>> & Partial<Answering>;
type WithoutTable<T> = T extends unknown ? Omit<T, "table"> : never;

/**
 * @param site the store's
 * @param owner the store that the tables must be of
 */
export function createBatch<M extends Mode>(site: CallSite, mode: M, owner: object): Batch<M> {
  const added: Added[] = [];
  let isSpent = false;
  /** A condition that can't hold was added. */
  let isFalse = false;
  let results: readonly unknown[] | undefined;

  const batch: Record<string, unknown> = {
    ...adding("insert", (context, record, options) => ({
      kind: "insert",
      records: [context.intake.own(record)],
      expiresAt: momentOf(context, options),
    })),
    ...adding("insertMany", (context, records, options) => ({
      kind: "insert",
      records: ownAll(context.intake, records),
      expiresAt: momentOf(context, options),
    })),
    ...adding("insertNew", (context, record, options) => ({
      kind: "insertNew",
      records: [context.intake.own(record)],
      expiresAt: momentOf(context, options),
    })),
    ...adding("insertNewMany", (context, given, options) => {
      const records = ownAll(context.intake, given);
      isFalse ||= isUnique(context.methods.type) && hasEqualKeys(records);
      return { kind: "insertNew", records, expiresAt: momentOf(context, options) };
    }),
    ...adding("replace", (context, given, replacement, options) => {
      checkUnique(context.methods.type);
      const expected = context.isolation.own(given);
      const record = context.intake.own(replacement);
      isFalse ||= compareKeys(expected[0], record[0]) !== 0;
      return { kind: "replace", expected, record, expiresAt: momentOf(context, options) };
    }),
    ...adding("check", (context, given, record) => {
      checkUnique(context.methods.type);
      const key = ownKey(given);
      const expected = record === undefined ? undefined : context.isolation.own(record);
      if (expected !== undefined && compareKeys(key, expected[0]) !== 0) {
        throw new Refusal(
          "STORE_INVALID_OPERATION",
          `the record to check has another key: ${describe(expected[0])}, not ${describe(key)}`,
        );
      }
      return { kind: "check", key, expected };
    }),
    ...adding("updateElement", (context, given, changes, initial) => {
      checkUnique(context.methods.type);
      const key = ownKey(given);
      return {
        kind: "updateElement",
        key,
        changes: [ownChanges(context.isolation, changes)].flat(),
        initial: ownInitial(context, key, initial),
        initialExpiresAt: momentOf(context, undefined),
        revise: context.intake.revise,
      };
    }),
    ...adding("updateCounter", (context, given, op, initial) => {
      checkUnique(context.methods.type);
      const key = ownKey(given);
      const counter = counterSteps(op);
      return {
        kind: "updateCounter",
        key,
        steps: [counter].flat(),
        initial: ownInitial(context, key, initial),
        initialExpiresAt: momentOf(context, undefined),
        revise: context.intake.revise,
        answer: Array.isArray(counter) ? same : firstOf,
      };
    }),
    ...adding("append", (context, prefix, ...elements) => {
      checkOrdered(context.methods.type, "append");
      return {
        kind: "append",
        prefix: ownPrefix(prefix),
        elements: ownElements(context.isolation, elements),
        expiresAt: momentOf(context, undefined),
        revise: context.intake.revise,
        answer: (key) => releaseKey(key as Key),
      };
    }),
    ...adding("delete", (_context, key) => ({ kind: "delete", key: ownKey(key) })),
    ...adding("deleteMany", (_context, keys) => ({ kind: "deleteMany", keys: ownKeys(keys) })),
    ...adding("deleteObject", (context, record) => ({
      kind: "deleteObjects",
      records: [context.isolation.own(record)],
    })),
    ...adding("deleteRange", (context, range) => {
      checkOrdered(context.methods.type, "deleteRange");
      checkGiven(range);
      return { kind: "deleteRange", range: scanRange(range, true) };
    }),
    ...adding("deleteAllObjects", () => ({ kind: "deleteAllObjects" })),
    commit: callerOf(batchSite(), mode)("commit", commit),
  };
  Object.defineProperty(batch, "results", { get: () => results, enumerable: true });
  return Object.freeze(batch) as unknown as Batch<M>;

  function batchSite(): CallSite {
    return {
      ...site,
      checkOpen() {
        site.checkOpen();
        checkUsable();
      },
      describe: (operation) => `${operation} of a batch`,
      settled: () => added[0]?.context.settled?.(),
    };
  }

  function checkUsable(): void {
    if (isSpent) {
      throw new Refusal("STORE_INVALID_OPERATION", "the batch was committed, and is spent");
    }
  }

  /** A member that adds an operation. */
  function adding(
    name: string,
    make: (context: TableContext<Mode>, ...args: unknown[]) => Addition,
  ): Record<string, unknown> {
    const add = (table: unknown, ...args: unknown[]): unknown => {
      const context = contextOf(table);
      try {
        site.checkOpen();
        checkUsable();
        checkTable(context, table);
        const { answer = same, ...rest } = make(context, ...args);
        context.checkOpen();
        const operation = { ...rest, table: context.methods.given } as BatchOperation<Mode>;
        added.push({ context, operation, answer });
        return batch;
      } catch (error) {
        const where = context === undefined ? name : context.describe(name, []);
        throw locate(`${where}, in a batch`, error);
      }
    };
    return { [name]: add };
  }

  /** Refuses what is no open table of the one backend that the batch is for. */
  function checkTable(
    context: TableContext<Mode> | undefined,
    table: unknown,
  ): asserts context is TableContext<Mode> {
    if (context === undefined || context.backend.store !== owner) {
      throw new Refusal(
        "STORE_INVALID_OPERATION",
        context === undefined
          ? `expected a table of this store; got ${describe(table)}`
          : "the table is of another store",
      );
    }
    context.checkOpen();
    const [first] = added;
    if (first !== undefined && first.context.backend !== context.backend) {
      throw new Refusal(
        "STORE_NOT_SUPPORTED",
        `table ${nameOf(context)} is in another backend than table ${nameOf(first.context)}: a batch changes tables of one backend`,
      );
    }
    if (!context.backend.hasBatches) {
      throw new Refusal(
        "STORE_NOT_SUPPORTED",
        `adapter ${describe(context.adapter)} has no batches`,
      );
    }
  }

  function commit(): Result<Mode, boolean> {
    isSpent = true;
    const [first] = added;
    if (first === undefined) {
      results = [];
      return true;
    }
    const contexts = new Set(added.map(({ context }) => context));
    for (const context of contexts) context.checkOpen();
    if (isFalse) return false;
    const sent = new Set(added.map(({ operation }) => operation).filter(hasWork));
    const done = sent.size === 0 ? [] : first.context.backend.transact([...sent]);
    if (sent.size > 0) for (const { methods } of contexts) methods.batched(done);
    return first.context.runner.map<readonly unknown[] | undefined, boolean>(done, (found) => {
      if (found === undefined) return false;
      const left = found.values();
      results = added.map(({ operation, answer }) =>
        sent.has(operation) ? answer(left.next().value) : emptyResult(operation),
      );
      return true;
    });
  }
}

/** An adapter gets at least one record. */
function hasWork(operation: BatchOperation<Mode>): boolean {
  return !("records" in operation) || operation.records.length > 0;
}

/** What an operation without records comes to. */
function emptyResult({ kind }: BatchOperation<Mode>): unknown {
  return kind === "insertNew" ? true : undefined;
}

function firstOf(values: unknown): unknown {
  return (values as readonly unknown[])[0];
}

function nameOf({ domain, name }: TableContext<Mode>): string {
  return `${describe(name)} (domain ${describe(domain)})`;
}
