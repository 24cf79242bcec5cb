import type { Moments } from "../adapter/adapter-table.js";
import { momentsFor, swapping } from "../adapter/derived-operations.js";
import type { Mode, Result } from "../adapter/mode.js";
import { type Steps, step } from "../adapter/steps.js";
import { describe } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";
import { type CounterStep, counted, type Integer } from "../values/counter.js";
import { type Key, ownKey, releaseKey } from "../values/key.js";
import { compareKeys } from "../values/key-order.js";
import type { StoreRecord } from "../values/record.js";
import {
  counterSteps,
  momentOf,
  ownChanges,
  ownElements,
  ownInitial,
  ownPrefix,
  withChanges,
} from "./arguments.js";
import type { Table } from "./table.js";
import { checkOrdered, checkUnique, type Operations } from "./table-context.js";

/** The operations that make a record of the one that is there. */
export type Updating = Pick<
  Table<StoreRecord, Mode>,
  "replace" | "updateElement" | "updateCounter" | "append"
>;

/** How often an operation begins anew because its key came and went meanwhile. */
const TRIES = 1_000;

export function updatingOf<M extends Mode>(table: Operations<M>): Updating {
  const { methods, runner, isolation, intake, call } = table;
  const { revise } = intake;
  const compared = runner.mode === "sync" ? isolation.borrow : isolation.own;

  return {
    replace: call("replace", (given: unknown, record: unknown, options: unknown) => {
      checkUnique(methods.type);
      const expected = compared(given);
      const replacement = intake.own(record);
      const moment = momentOf(table, options);
      if (compareKeys(expected[0], replacement[0]) !== 0) return false;
      return runner.map(methods.replace(expected, replacement, moment), Boolean);
    }),
    updateElement: call("updateElement", (given: unknown, change: unknown, initial: unknown) => {
      checkUnique(methods.type);
      const changes = ownChanges(isolation, change);
      const key = ownKey(given);
      const apply = (stored: StoreRecord) => revised(withChanges(isolation, stored, changes));
      return runner.map<StoreRecord | undefined, boolean>(
        update(key, apply),
        (record) => record !== undefined || beginElement(key, apply, initial),
      );
    }) as Updating["updateElement"],
    updateCounter: call("updateCounter", (given: unknown, op: unknown, initial: unknown) => {
      checkUnique(methods.type);
      const key = ownKey(given);
      const counter = counterSteps(op);
      return Array.isArray(counter) || revise !== undefined
        ? countAll(key, counter, initial)
        : count(key, counter, initial);
    }) as Updating["updateCounter"],
    append: variadic((prefix: unknown, ...given: unknown[]) => {
      checkOrdered(methods.type, "append");
      const record = {
        prefix: ownPrefix(prefix),
        elements: ownElements(isolation, given),
        expiresAt: momentOf(table, undefined),
        revise,
      };
      return runner.map(methods.append(record), releaseKey);
    }) as Updating["append"],
  };

  function revised(record: StoreRecord): StoreRecord {
    return revise === undefined ? record : revise(record);
  }

  /** The adapter's `update`. What is called in it leaves the table alone: a schema, which may not, is called before. */
  function update(
    key: Key,
    change: (stored: StoreRecord) => StoreRecord,
  ): Result<Mode, StoreRecord | undefined> {
    return revise === undefined || runner.mode === "async"
      ? methods.update(key, change)
      : runner.run(changingBefore(key, change));
  }

  function* changingBefore(
    key: Key,
    change: (stored: StoreRecord) => StoreRecord,
  ): Steps<StoreRecord | undefined> {
    for (let tries = 0; tries < TRIES; tries++) {
      const [stored] = yield* step(methods.lookup(key));
      if (stored === undefined) return undefined;
      const changed = change(stored);
      if (yield* step(swapping(methods.update, runner, stored, changed) as boolean)) return changed;
    }
    throw new Refusal(
      "STORE_INVALID_OPERATION",
      "the schema writes the record that it is asked about, each time",
    );
  }

  /** An operation of any number of arguments. */
  function variadic(body: (...args: unknown[]) => Result<Mode, unknown>): unknown {
    const caller = call("append", (args: unknown) => body(...(args as unknown[])));
    return (...args: unknown[]) => caller(args);
  }

  function seedOf(key: Key, initial: unknown): StoreRecord {
    const seed = ownInitial(table, key, initial);
    if (seed !== undefined) return seed;
    throw new Refusal(
      "STORE_KEY_NOT_FOUND",
      `${describe(key)} isn't in the table, and no default record was given`,
    );
  }

  function beginElement(
    key: Key,
    apply: (stored: StoreRecord) => StoreRecord,
    initial: unknown,
  ): Result<Mode, boolean> {
    const seed = ownInitial(table, key, initial);
    return seed === undefined ? false : begin(key, apply, apply(seed), (_record, isNew) => !isNew);
  }

  /** A list of counters, and the counter of a record that a schema looks at. */
  function countAll(
    key: Key,
    counter: CounterStep | CounterStep[],
    initial: unknown,
  ): Result<Mode, Integer | Integer[]> {
    const values: Integer[] = [];
    const apply = (stored: StoreRecord) => {
      values.length = 0;
      let record = stored;
      for (const each of [counter].flat()) {
        record = counted(record, each);
        values.push(countedBy(record, each));
      }
      return revised(record);
    };
    const answer = () => (Array.isArray(counter) ? values : (values[0] as Integer));
    return runner.map<StoreRecord | undefined, Integer | Integer[]>(update(key, apply), (record) =>
      record === undefined ? begin(key, apply, apply(seedOf(key, initial)), answer) : answer(),
    );
  }

  /** The way of most counters: one step, no schema. */
  function count(key: Key, counter: CounterStep, initial: unknown): Result<Mode, Integer> {
    if (runner.mode === "async" && initial !== undefined) return countAhead(key, counter, initial);
    return runner.map<Integer | undefined, Integer>(
      methods.updateCounter(key, counter),
      (value) => value ?? beginCounter(key, counter, counted(seedOf(key, initial), counter)),
    );
  }

  /**
   * Hands the default record to an async adapter at once: a sync one is asked again at no cost, while this one would need
   * another round trip. A default that can't be counted is refused only where it is needed.
   */
  function countAhead(key: Key, counter: CounterStep, initial: unknown): Result<Mode, Integer> {
    const seed = attempted(() => counted(seedOf(key, initial), counter));
    return runner.map<Integer | undefined, Integer>(
      "error" in seed
        ? methods.updateCounter(key, counter)
        : methods.updateCounter(key, counter, seed.value, momentOf(table, undefined)),
      (value) => {
        if (value !== undefined) return value;
        if ("error" in seed) throw seed.error;
        return beginCounter(key, counter, seed.value);
      },
    );
  }

  function beginCounter(key: Key, counter: CounterStep, seed: StoreRecord): Result<Mode, Integer> {
    return begin(
      key,
      (stored) => counted(stored, counter),
      seed,
      (record) => countedBy(record, counter),
    );
  }

  /**
   * Inserts the record of a key that wasn't there. Where calls overlap, it may be there by now: then it is changed.
   * @param answer what the operation returns for the record that is stored
   */
  function begin<T>(
    key: Key,
    change: (stored: StoreRecord) => StoreRecord,
    seed: StoreRecord,
    answer: (record: StoreRecord, isNew: boolean) => T,
  ): Result<Mode, T> {
    const moments = momentsFor(1, momentOf(table, undefined));
    return runner.map<boolean, T>(methods.insertNew([seed], moments), (isNew) =>
      isNew ? answer(seed, true) : runner.run(goingOn(key, change, answer, seed, moments)),
    );
  }

  function* goingOn<T>(
    key: Key,
    change: (stored: StoreRecord) => StoreRecord,
    answer: (record: StoreRecord, isNew: boolean) => T,
    seed: StoreRecord,
    moments: Moments | undefined,
  ): Steps<T> {
    for (let tries = 0; tries < TRIES; tries++) {
      const record = yield* step(update(key, change) as StoreRecord | undefined);
      if (record !== undefined) return answer(record, false);
      if (yield* step(methods.insertNew([seed], moments))) return answer(seed, true);
    }
    throw new Refusal(
      "STORE_INVALID_ADAPTER",
      "the adapter neither inserts the default record nor finds its key",
    );
  }
}

function attempted<T>(make: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: make() };
  } catch (error) {
    return { error };
  }
}

function countedBy(record: StoreRecord, { position }: CounterStep): Integer {
  return record[position - 1] as Integer;
}
