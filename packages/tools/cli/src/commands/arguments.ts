import type { Key, Range, StoreRecord } from "@store/core";
import { decodeText } from "@store/text-form";
import { type Command, InvalidArgumentError } from "commander";
import { UsageError } from "../output/failure.js";

/** What `--gt` and its kin were given. */
export interface RangeOptions {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly prefix?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

const BOUNDS = ["gt", "gte", "lt", "lte", "prefix"] as const;

export function addBounds(command: Command): Command {
  return command
    .option("--gt <key>", "only keys after this one (in the text form)")
    .option("--gte <key>", "this key and those after it")
    .option("--lt <key>", "only keys before this one")
    .option("--lte <key>", "this key and those before it")
    .option("--prefix <prefix>", "only keys that begin so: '[\"run\"]', '\"app:\"'");
}

/** The range; undefined if no option of one was given. */
export function rangeOf(options: RangeOptions): Range<Key> | undefined {
  const bounds = BOUNDS.flatMap((name) => {
    const text = options[name];
    return text === undefined ? [] : [[name, decodeText(text)] as const];
  });
  const { reverse, limit } = options;
  const rest = { ...(reverse && { reverse }), ...(limit !== undefined && { limit }) };
  const range = { ...Object.fromEntries(bounds), ...rest };
  return Object.keys(range).length === 0 ? undefined : (range as Range<Key>);
}

export function recordOf(text: string): StoreRecord {
  const record = decodeText(text);
  if (!Array.isArray(record) || record.length === 0) {
    throw new UsageError(
      `a record is an array that begins with its key: '["r1",{"state":"done"}]'; got ${text}`,
    );
  }
  return record as unknown as StoreRecord;
}

/** A whole number from 0, or from `least` on. */
export function wholeNumber(least = 0): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
    throw new InvalidArgumentError(`A whole number from ${least} is needed.`);
  };
}

/** A moment: an ISO date, or milliseconds since 1970. */
export function momentOf(text: string): number {
  const moment = /^-?\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isNaN(new Date(moment).getTime())) return moment;
  throw new InvalidArgumentError(
    "A date such as 2026-01-31T12:00:00Z, or milliseconds since 1970, is needed.",
  );
}
