import type { Key, StoreRecord, Table } from "@store/core";
import * as fc from "fast-check";
import { show } from "../../test/support/show.js";
import * as any from "./arbitrary.js";

/** A string that is longer isn't printed whole. */
const LONG = 40;

/** What of the result of a call is defined in a table without key order. */
type Defined = "all" | "all but the order" | "whether there is one" | "nothing";

/** A call to a table. It does the same to any that holds the same. */
export interface Call {
  /** As one writes it. */
  readonly text: string;
  readonly defined: Defined;
  /** The key whose record it counts in. */
  readonly counts?: Key;
  /** What it brings to where it is kept: counters into the table, or all to the disk. */
  readonly saves?: "counters" | "all";
  act(table: Table<StoreRecord>): unknown;
}

export const SYNC: Call = {
  text: "sync()",
  defined: "all",
  saves: "all",
  act: (table) => table.sync(),
};

export const FLUSH_COUNTERS: Call = {
  text: "flushCounters()",
  defined: "all",
  saves: "counters",
  act: (table) => table.flushCounters(),
};

/** Any call that changes records, or may. */
export const anyChange: fc.Arbitrary<Call> = fc.oneof(
  of(4, "insert", [any.record], (table, record) => table.insert(record)),
  of(2, "insertMany", [any.records], (table, records) => table.insertMany(records)),
  of(2, "insertNew", [any.record], (table, record) => table.insertNew(record)),
  of(1, "insertNewMany", [any.records], (table, records) => table.insertNewMany(records)),
  of(2, "take", [any.key], (table, key) => table.take(key)),
  of(3, "delete", [any.key], (table, key) => table.delete(key)),
  of(2, "deleteObject", [any.record], (table, record) => table.deleteObject(record)),
  of(1, "deleteAllObjects", [], (table) => table.deleteAllObjects()),
  of(2, "replace", [any.record, any.record], (table, expected, record) =>
    table.replace(expected, record),
  ),
  of(2, "updateElement", [any.key, any.change], (table, key, change) =>
    table.updateElement(key, change),
  ),
  counting(),
  of(2, "matchDelete", [any.pattern], (table, pattern) => table.matchDelete(pattern as never)),
);

/** Any call that reads records. */
export const anyRead: fc.Arbitrary<Call> = fc.oneof(
  of(2, "lookup", [any.key], (table, key) => table.lookup(key)),
  of(1, "member", [any.key], (table, key) => table.member(key)),
  of(1, "first", [], (table) => table.first(), "whether there is one"),
  of(1, "last", [], (table) => table.last(), "whether there is one"),
  of(2, "next", [any.key], (table, key) => table.next(key), "nothing"),
  of(2, "prev", [any.key], (table, key) => table.prev(key), "nothing"),
  of(1, "walk", [], walk, "all but the order"),
  of(
    2,
    "records",
    [any.range],
    (table, range) => [...table.records(rangeIn(table, range))],
    "all but the order",
  ),
  of(
    2,
    "keys",
    [any.range],
    (table, range) => [...table.keys(rangeIn(table, range))],
    "all but the order",
  ),
  of(
    2,
    "matchObject",
    [any.pattern],
    (table, pattern) => table.matchObject(pattern as never),
    "all but the order",
  ),
  of(1, "size", [], (table) => table.size),
);

type Arbitraries<A extends readonly unknown[]> = { [I in keyof A]: fc.Arbitrary<A[I]> };

function of<A extends readonly unknown[]>(
  weight: number,
  name: string,
  args: Arbitraries<A>,
  act: (table: Table<StoreRecord>, ...given: A) => unknown,
  defined: Defined = "all",
): { weight: number; arbitrary: fc.Arbitrary<Call> } {
  const arbitrary = fc.tuple(...(args as Arbitraries<unknown[]>)).map(
    (given): Call => ({
      text: textOf(name, given),
      defined,
      act: (table) => act(table, ...(given as unknown as A)),
    }),
  );
  return { weight, arbitrary };
}

function counting(): { weight: number; arbitrary: fc.Arbitrary<Call> } {
  const arbitrary = fc.tuple(any.key, any.counterOp, fc.option(any.record, { nil: undefined })).map(
    ([key, op, initial]): Call => ({
      text: textOf("updateCounter", [key, op, initial]),
      defined: "all",
      counts: key,
      act: (table) => table.updateCounter(key, op, initial),
    }),
  );
  return { weight: 8, arbitrary };
}

function textOf(name: string, args: readonly unknown[]): string {
  return `${name}(${args.map(shown).join(", ")})`;
}

/** With wildcards, which {@link show} doesn't know, and without all of long strings. */
function shown(value: unknown): string {
  if (typeof value === "symbol") return "_";
  if (typeof value === "string" && value.length > LONG) {
    return `${show(value.slice(0, LONG))} and ${value.length - LONG} more`;
  }
  return Array.isArray(value) ? `[${value.map(shown).join()}]` : show(value);
}

/** Without key order there are no ranges. */
function rangeIn(table: Table<StoreRecord>, range: object): object {
  return table.type === "ordered_set" ? range : {};
}

/** The keys by `next`, which are those by `prev` turned round; if they aren't, both. */
function walk(table: Table<StoreRecord>): unknown {
  const forward: Key[] = [];
  const backward: Key[] = [];
  const limit = table.size;
  for (let key = table.first(); key !== undefined; key = table.next(key)) {
    if (forward.push(key) > limit) break;
  }
  for (let key = table.last(); key !== undefined; key = table.prev(key)) {
    if (backward.unshift(key) > limit) break;
  }
  return show(forward) === show(backward) ? forward : { forward, backward };
}
