import type { ElementChange } from "../adapter/adapter-batch.js";
import { describe } from "../errors/describe.js";
import { isRefusal, Refusal } from "../errors/errors.js";
import { checkNames } from "../queries/range.js";
import { type CounterStep, checkPosition, counterStep } from "../values/counter.js";
import { copyElements } from "../values/elements.js";
import type { Isolation } from "../values/isolation.js";
import { type Key, ownKey } from "../values/key.js";
import { compareKeys } from "../values/key-order.js";
import { dateTime } from "../values/kind.js";
import type { StoreRecord } from "../values/record.js";
import { userFailure } from "./call.js";
import type { Intake } from "./schema.js";
import type { Operations } from "./table-context.js";

/** Records of any iterable, one by one: a generator may hand out the same array again, changed. */
export function ownAll({ own }: Intake, records: unknown): StoreRecord[] {
  return ownEach(records, "records", "STORE_INVALID_RECORD", own);
}

/** Keys of any iterable. */
export function ownKeys(keys: unknown): Key[] {
  return ownEach(keys, "keys", "STORE_INVALID_KEY", ownKey);
}

function ownEach<T>(
  given: unknown,
  what: "records" | "keys",
  code: "STORE_INVALID_RECORD" | "STORE_INVALID_KEY",
  own: (item: unknown) => T,
): T[] {
  const iterable = Object(given) as Iterable<unknown>;
  if (typeof iterable[Symbol.iterator] !== "function") {
    throw new Refusal(code, `expected an iterable of ${what}; got ${describe(given)}`);
  }
  const owned: T[] = [];
  try {
    for (const item of iterable) owned.push(own(item));
  } catch (error) {
    if (isRefusal(error)) {
      throw new Refusal(error.code, `${what}[${owned.length}]: ${error.message}`, error.cause);
    }
    throw userFailure(`the iterable of ${what}`, error);
  }
  return owned;
}

/** Whether two of the records have one key. */
export function hasEqualKeys(records: readonly StoreRecord[]): boolean {
  const keys = records.map(([key]) => key).sort(compareKeys);
  return keys.some((key, index) => index > 0 && compareKeys(keys[index - 1] as Key, key) === 0);
}

/** The change for what the user passed, or the changes for a list. */
export function ownChanges(
  isolation: Isolation,
  changes: unknown,
): ElementChange | ElementChange[] {
  const list = listOfArrays(changes);
  return list === undefined
    ? ownChange(isolation, changes)
    : list.map((change) => ownChange(isolation, change));
}

function ownChange(isolation: Isolation, change: unknown): ElementChange {
  if (!Array.isArray(change) || change.length !== 2) {
    throw new Refusal(
      "STORE_INVALID_OPERATION",
      `a change is [position, value], or a list of them; got ${describe(change)}`,
    );
  }
  const position: unknown = change[0];
  checkPosition(position);
  return isolation.ownElement(change[1], position);
}

/** `record`, one of the table's own, with the changes made. */
export function withChanges(
  isolation: Isolation,
  record: StoreRecord,
  changes: ElementChange | readonly ElementChange[],
): StoreRecord {
  if (!isList(changes)) return isolation.withElement(record, changes);
  let changed = record;
  for (const change of changes) changed = isolation.withElement(changed, change);
  return changed;
}

function isList<T>(given: T | readonly T[]): given is readonly T[] {
  return Array.isArray(given);
}

/** The counter's step for what the user passed, or its steps for a list. */
export function counterSteps(op: unknown): CounterStep | CounterStep[] {
  const list = listOfArrays(op);
  return list === undefined ? counterStep(op) : list.map(counterStep);
}

/** The elements of a list of arrays; undefined for anything else. Calls nothing that the list has under its names. */
function listOfArrays(given: unknown): unknown[] | undefined {
  if (!Array.isArray(given)) return undefined;
  // Most are a single change, or a single op, and need no copy.
  if (given.length > 0 && !Array.isArray(given[0])) return undefined;
  const list = copyElements(given);
  return list.every(Array.isArray) ? list : undefined;
}

/** The default record for what the user passed. Only its elements count: whatever stands for the key is replaced. */
export function ownDefault(intake: Intake, key: Key, record: unknown): StoreRecord {
  // No array at all is refused by `own`.
  if (!Array.isArray(record) || record.length === 0) return intake.own(record);
  const named: unknown[] = [key];
  for (let index = 1; index < record.length; index++) {
    const element: unknown = record[index];
    if (element === undefined && !Object.hasOwn(record, index)) {
      // It stays a hole, which `own` refuses.
      named.length = index + 1;
      break;
    }
    named.push(element);
  }
  return intake.own(named);
}

/** {@link ownDefault} of a record that is going to be changed: what a schema says of it counts then. */
export function ownInitial(
  { intake, isolation }: Pick<Operations<"sync">, "intake" | "isolation">,
  key: Key,
  record: unknown,
): StoreRecord | undefined {
  if (record === undefined) return undefined;
  return ownDefault(
    intake.revise === undefined ? intake : { own: isolation.own, revise: undefined },
    key,
    record,
  );
}

/** The prefix of `append`: null, or the leading part of a tuple key. */
export function ownPrefix(prefix: unknown): readonly Key[] | null {
  if (prefix === null) return null;
  if (Array.isArray(prefix)) return ownKey(prefix) as readonly Key[];
  throw new Refusal(
    "STORE_INVALID_OPERATION",
    `a prefix is the leading part of a tuple key, an array, or null; got ${describe(prefix)}`,
  );
}

/** The elements of `append`, copied as those of a record are. */
export function ownElements(isolation: Isolation, elements: readonly unknown[]): unknown[] {
  return isolation.own([null, ...elements]).slice(1);
}

const WRITE_OPTIONS = new Set(["expiresAt"]);

/** The moment of what a call writes: what its options say, else what the table's `expireAfter` comes to, else none. */
export function momentOf(table: Expiring, options: unknown): number | undefined {
  // Most writes have neither: small enough to be inlined into each.
  return options === undefined && table.expireAfter === undefined
    ? undefined
    : givenMoment(table, options);
}

type Expiring = Pick<Operations<"sync">, "methods" | "expireAfter">;

function givenMoment({ methods, expireAfter }: Expiring, options: unknown): number | undefined {
  if (options !== undefined) {
    const { expiresAt } = checkNames(options, WRITE_OPTIONS, "options");
    if (expiresAt !== undefined) {
      checkExpiry(methods.expire !== undefined);
      return ownMoment(expiresAt);
    }
  }
  return expireAfter === undefined ? undefined : Date.now() + expireAfter;
}

/** Refuses what needs moments where the adapter has none. */
export function checkExpiry(supported: boolean): void {
  if (!supported) throw new Refusal("STORE_NOT_SUPPORTED", "the adapter has no expiry");
}

/** A moment, ms since 1970, for a number or a Date. */
export function ownMoment(given: unknown): number {
  const moment = typeof given === "number" ? given : timeOf(given);
  if (Number.isFinite(moment)) return moment;
  throw new Refusal(
    "STORE_INVALID_OPERATION",
    `a moment is a Date or a number of milliseconds since 1970; got ${describe(given)}`,
  );
}

/** Told by its internal slot: a Date may be of another realm. */
function timeOf(given: unknown): number {
  try {
    return dateTime.call(given);
  } catch {
    return Number.NaN;
  }
}
