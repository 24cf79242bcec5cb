import type { KeyRecords } from "../adapter/adapter-table.js";
import type { Mode, Result } from "../adapter/mode.js";
import { describe } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";
import { type Key, ownKey, releaseKey } from "../values/key.js";
import type { StoreRecord } from "../values/record.js";
import { checkExpiry, ownKeys } from "./arguments.js";
import type { Table } from "./table.js";
import type { Operations } from "./table-context.js";

/** The operations that look up a key, or a key's neighbour. */
export type Reading = Pick<
  Table<StoreRecord, Mode>,
  | "lookup"
  | "lookupMany"
  | "lookupElement"
  | "member"
  | "expiresAt"
  | "first"
  | "last"
  | "next"
  | "prev"
  | "firstLookup"
  | "lastLookup"
  | "nextLookup"
  | "prevLookup"
>;

export function readingOf<M extends Mode>(table: Operations<M>): Reading {
  const { methods, runner, isolation, ordered, call } = table;
  const { releaseAll } = isolation;

  return {
    lookup: call("lookup", (key: unknown) => runner.map(methods.lookup(ownKey(key)), releaseAll)),
    lookupMany: call("lookupMany", (keys: unknown) => {
      const owned = ownKeys(keys);
      if (owned.length === 0) return [];
      return runner.map<StoreRecord[][], StoreRecord[][]>(methods.lookupMany(owned), (found) =>
        found.map(releaseAll),
      );
    }),
    lookupElement: call("lookupElement", (given: unknown, position: unknown, missing: unknown) => {
      const key = ownKey(given);
      const at = elementPosition(position);
      return runner.map<StoreRecord[], unknown>(methods.lookup(key), (found) =>
        elementsAt(releaseAll(found), key, at, missing),
      );
    }) as Reading["lookupElement"],
    member: call("member", (key: unknown) => runner.map(methods.member(ownKey(key)), Boolean)),
    expiresAt: call("expiresAt", (given: unknown) => {
      const key = ownKey(given);
      checkExpiry(methods.expiresAt !== undefined);
      return runner.map(methods.expiresAt?.(key) ?? [], earliest);
    }),

    first: call("first", () => runner.map(methods.first(), releaseFound)),
    last: call("last", () => runner.map(methods.last(), releaseFound)),
    next: call("next", (given: unknown) => {
      const key = ownKey(given);
      return runner.map(methods.next(key), (found) => neighbour(releaseFound(found), key));
    }),
    prev: call("prev", (given: unknown) => {
      const key = ownKey(given);
      return runner.map(methods.prev(key), (found) => neighbour(releaseFound(found), key));
    }),
    firstLookup: call("firstLookup", () => runner.map(methods.firstLookup(), releaseEntry)),
    lastLookup: call("lastLookup", () => runner.map(methods.lastLookup(), releaseEntry)),
    nextLookup: call("nextLookup", (given: unknown) => {
      const key = ownKey(given);
      return runner.map(methods.nextLookup(key), (found) => neighbour(releaseEntry(found), key));
    }),
    prevLookup: call("prevLookup", (given: unknown) => {
      const key = ownKey(given);
      return runner.map(methods.prevLookup(key), (found) => neighbour(releaseEntry(found), key));
    }),
  };

  /** An element of a key's record; in a bag that of each. */
  function elementsAt(
    found: readonly StoreRecord[],
    key: Key,
    position: number,
    missing: unknown,
  ): unknown {
    const [record] = found;
    if (record !== undefined) {
      return table.unique
        ? elementAt(record, position)
        : found.map((each) => elementAt(each, position));
    }
    if (missing !== undefined) return missing;
    throw new Refusal(
      "STORE_KEY_NOT_FOUND",
      `${describe(key)} isn't in the table, and no default was given`,
    );
  }

  function releaseEntry(entry: KeyRecords | undefined): KeyRecords | undefined {
    return entry && [releaseKey(entry[0]), releaseAll(entry[1])];
  }

  /** What a step found. Without an order, nothing is the end of the walk only for a key that is there. */
  function neighbour<T>(found: T | undefined, key: Key): Result<Mode, T | undefined> {
    if (found !== undefined || ordered) return found;
    return runner.map(methods.member(key), (isThere) => {
      if (isThere) return undefined;
      throw new Refusal("STORE_KEY_NOT_FOUND", `${describe(key)} isn't in this ${methods.type}`);
    });
  }
}

function releaseFound(key: Key | undefined): Key | undefined {
  return key === undefined ? undefined : releaseKey(key);
}

function earliest(moments: readonly (number | undefined)[]): number | undefined {
  const set = moments.filter((moment) => moment !== undefined);
  return set.length === 0 ? undefined : Math.min(...set);
}

function elementPosition(position: unknown): number {
  if (typeof position === "number" && Number.isSafeInteger(position) && position >= 1) {
    return position;
  }
  throw new Refusal(
    "STORE_INVALID_OPERATION",
    `a position is an integer from 1; got ${describe(position)}`,
  );
}

function elementAt(record: StoreRecord, position: number): unknown {
  if (position <= record.length) return record[position - 1];
  throw new Refusal(
    "STORE_INVALID_OPERATION",
    `the record has ${record.length} element${record.length === 1 ? "" : "s"}, there is no position ${position}`,
  );
}
