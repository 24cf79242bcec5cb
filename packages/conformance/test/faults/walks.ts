import type { Key, StoreRecord } from "@store/core";
import { type Fault, isWithin, recordsOf, withMethods } from "./broken.js";

export const WALK_FAULTS: readonly Fault[] = [
  {
    name: "next skips one",
    suite: "first",
    options: withMethods(({ next }) => ({
      next(key) {
        const found = next(key);
        return found === undefined ? undefined : (next(found) ?? found);
      },
    })),
  },
  {
    name: "next never ends",
    suite: "first",
    options: withMethods(({ first, next }) => ({ next: (key) => next(key) ?? first() })),
  },
  {
    name: "prev is off by one",
    suite: "first",
    options: withMethods(({ prev }) => ({
      prev(key) {
        const found = prev(key);
        return found === undefined ? undefined : prev(found);
      },
    })),
  },
  {
    name: "prev goes in the direction of next",
    suite: "first",
    options: withMethods(({ next }) => ({ prev: next })),
  },
  {
    name: "last is the first",
    suite: "first",
    options: withMethods(({ first }) => ({ last: first })),
  },
  {
    name: "first is stale after a delete",
    suite: "first",
    options: withMethods((right) => {
      let first: Key | undefined;
      return {
        insertMany(records) {
          right.insertMany(records);
          first = right.first();
        },
        first: () => first,
      };
    }),
  },
  {
    name: "next of a missing key in an ordered_set finds nothing",
    suite: "first",
    options: withMethods(({ next, lookup }) => ({
      next: (key) => (lookup(key).length > 0 ? next(key) : undefined),
    })),
  },
  {
    name: "next of a missing key in a set is the first",
    suite: "first",
    options: withMethods(({ type, first, next, lookup }) => ({
      next: (key) => (type === "ordered_set" || lookup(key).length > 0 ? next(key) : first()),
    })),
  },
  {
    name: "has another order in every second walk",
    suite: "first",
    options: withMethods((right) => {
      let turned = false;
      return {
        first() {
          turned = right.type !== "ordered_set" && !turned;
          return turned ? right.last() : right.first();
        },
        next: (key) => (turned ? right.prev(key) : right.next(key)),
      };
    }),
  },
];

export const SCAN_FAULTS: readonly Fault[] = [
  {
    name: "scan takes all bounds as inclusive",
    suite: "records and keys of a range",
    options: withMethods((right, _shelf, { compareKeys }) => ({
      scan({ lower, upper, reverse, limit }) {
        const from = lower && { ...lower, inclusive: true };
        const to = upper && { ...upper, inclusive: true };
        const range = { lower: from, upper: to, reverse, limit };
        const found = recordsOf(right).filter(([key]) => isWithin(key, range, compareKeys));
        return reverse ? found.reverse() : found;
      },
    })),
  },
  {
    name: "scan ignores the upper bound",
    suite: "records and keys of a range",
    options: withMethods((right, _shelf, { compareKeys }) => ({
      scan(range) {
        const open = { ...range, upper: undefined };
        const found = recordsOf(right).filter(([key]) => isWithin(key, open, compareKeys));
        return range.reverse ? found.reverse() : found;
      },
    })),
  },
  {
    name: "scan ignores reverse",
    suite: "records and keys of a range",
    options: withMethods((right, _shelf, { compareKeys }) => ({
      scan: (range) => recordsOf(right).filter(([key]) => isWithin(key, range, compareKeys)),
    })),
  },
  {
    name: "scan counts its limit from the wrong end",
    suite: "records and keys of a range",
    options: withMethods((right, _shelf, { compareKeys }) => ({
      scan(range) {
        const all = recordsOf(right).filter(([key]) => isWithin(key, range, compareKeys));
        const found = all.slice(0, range.limit);
        return range.reverse ? found.reverse() : found;
      },
    })),
  },
  {
    name: "scan misses a record after a delete",
    suite: "records, keys, foldl while",
    options: withMethods((right) => ({
      *scan({ reverse }) {
        const now = () => (reverse ? recordsOf(right).reverse() : recordsOf(right));
        for (let at = 0; at < now().length; at++) yield now()[at] as StoreRecord;
      },
    })),
  },
  {
    name: "scan repeats a record after an insert",
    suite: "records, keys, foldl while",
    options: withMethods((right) => ({
      *scan({ reverse }) {
        const before = reverse ? recordsOf(right).reverse() : recordsOf(right);
        for (const record of before) {
          yield record;
          if (right.size() > before.length) yield record;
        }
      },
    })),
  },
  {
    name: "scan ends when the table changes",
    suite: "records, keys, foldl while",
    options: withMethods((right) => ({
      *scan({ reverse }) {
        const before = reverse ? recordsOf(right).reverse() : recordsOf(right);
        for (const record of before) {
          yield record;
          if (right.size() !== before.length) return;
        }
      },
    })),
  },
  {
    name: "scan leaves out the last record",
    suite: "records, keys, foldl",
    options: withMethods((right) => ({ scan: () => recordsOf(right).slice(0, -1) })),
  },
  {
    name: "scan ends after a page of a thousand records",
    suite: "migrateDomain",
    options: withMethods((right, _shelf, { compareKeys }) => ({
      scan(range) {
        const all = range.reverse ? recordsOf(right).reverse() : recordsOf(right);
        return all.filter(([key]) => isWithin(key, range, compareKeys)).slice(0, 1_000);
      },
    })),
  },
  {
    name: "scan doesn't keep a bag's records of one key together",
    suite: "records, keys, foldl",
    options: withMethods((right) => {
      const scan = () => recordsOf(right).sort((a, b) => Number(a[1]) - Number(b[1]));
      return right.type.endsWith("bag") ? { scan } : {};
    }),
  },
  {
    name: "scanKeys returns a bag's key once for each of its records",
    suite: "records, keys, foldl",
    options: withMethods((right) => {
      const scanKeys = () => recordsOf(right).map(([key]) => key);
      return right.type.endsWith("bag") ? { scanKeys } : {};
    }),
  },
  {
    name: "scan goes in another order than next",
    suite: "records, keys, foldl",
    options: withMethods((right) => {
      const scan = () => recordsOf(right).reverse();
      return right.type === "set" ? { scan } : {};
    }),
  },
  {
    name: "matchObject ignores its limit",
    suite: "matchObject",
    options: withMethods((right) => ({
      matchObject: ({ matches }) => recordsOf(right).filter(matches),
    })),
  },
  {
    name: "matchObject counts its limit before it matches",
    suite: "matchObject",
    options: withMethods((right) => ({
      matchObject: ({ matches }, limit) => recordsOf(right).slice(0, limit).filter(matches),
    })),
  },
  {
    name: "matchObject returns all records of the key",
    suite: "matchObject",
    options: withMethods((right) => ({
      matchObject({ key, matches }, limit) {
        if (key !== undefined) return right.lookup(key).slice(0, limit);
        return recordsOf(right).filter(matches).slice(0, limit);
      },
    })),
  },
  {
    name: "matchObject takes a prefix for the whole key",
    suite: "matchObject",
    options: withMethods((right, _shelf, { compareKeys }) => ({
      matchObject({ key, range, matches }, limit) {
        const found = key === undefined ? recordsOf(right) : right.lookup(key);
        const bounded = range.lower !== undefined;
        return found
          .filter((record) => (bounded ? isWithin(record[0], range, compareKeys) : matches(record)))
          .slice(0, limit);
      },
    })),
  },
];
