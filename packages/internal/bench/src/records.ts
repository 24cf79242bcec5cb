/** What records hold: an object, as in the contract's own sample, or a text of about the same size. */
export type Kind = "objects" | "texts";

/** An object of four fields, of 100 bytes as JSON. */
export interface RecordObject {
  readonly status: string;
  readonly attempts: number;
  readonly at: number;
  readonly note: string;
}

export type Value = string | RecordObject;

/** What every engine is given: keys of ten characters, all different; the same each time. */
export interface Records {
  /** In ascending order. */
  readonly keys: readonly string[];
  readonly values: readonly Value[];
  /** The keys in another order. */
  readonly shuffled: readonly string[];
}

const KEY_LENGTH = 10;
const VALUE_LENGTH = 90;
const NOTE_LENGTH = 35;
const STATUSES = ["waiting", "running", "done", "failed"];
/** No two keys stand side by side. */
const STRIDE = 919;

export function makeRecords(count: number, kind: Kind = "objects"): Records {
  const keys = Array.from({ length: count }, (_, index) => keyAt(index));
  const valueAt = kind === "texts" ? textAt : objectAt;
  const values = Array.from({ length: count }, (_, index) => valueAt(index));
  return { keys, values, shuffled: shuffle(keys) };
}

/** The same keys as other strings, as what was read from somewhere is: nothing is known of them yet. */
export function readAnew(records: Records): Records {
  return { ...records, shuffled: records.shuffled.map((key) => Buffer.from(key).toString()) };
}

/** Shows that a value was read: at least 1. */
export function sizeOf(value: unknown): number {
  return typeof value === "string" ? value.length : (value as RecordObject).note.length;
}

/** {@link sizeOf} an object that is read as JSON. */
export function sizeOfJson(text: unknown): number {
  return sizeOf(JSON.parse(text as string));
}

/** For engines that hold texts: an object as JSON. */
export function toText(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The key of that number, counted from 0. */
export function keyAt(index: number): string {
  return `k${String(index * STRIDE).padStart(KEY_LENGTH - 1, "0")}`;
}

/** The object that stands at that key. */
export function objectAt(index: number): RecordObject {
  return {
    status: STATUSES[index % STATUSES.length] as string,
    attempts: index % 7,
    at: 1_700_000_000_000 + index,
    note: flat(`note ${index} `.padEnd(NOTE_LENGTH, "abcdefghij")),
  };
}

function textAt(index: number): string {
  return flat(`value ${index} `.padEnd(VALUE_LENGTH, "abcdefghij"));
}

/** In memory as what was read from somewhere is. */
function flat(text: string): string {
  return Buffer.from(text).toString("latin1");
}

function shuffle(keys: readonly string[]): string[] {
  const result = [...keys];
  let state = 1;
  for (let last = result.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [result[last], result[other]] = [result[other] as string, result[last] as string];
  }
  return result;
}
