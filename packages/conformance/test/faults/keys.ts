import type { Key } from "@store/core";
import type { ConformanceOptions } from "../../src/index.js";
import { idOf, minimalAdapter } from "../adapters/minimal-adapter.js";
import { type Fault, from, withMethods, withRules } from "./broken.js";

/** The minimal adapter, which takes keys of the same `id` for one. */
function keyedBy(id: (key: Key) => string): ConformanceOptions {
  return withMethods((right, shelf) => {
    const known = (key: Key): Key => {
      const records = [...shelf.groups.values()].flat();
      return records.find((record) => id(record[0]) === id(key))?.[0] ?? key;
    };
    return {
      lookup: (key) => right.lookup(known(key)),
      delete: (key) => right.delete(known(key)),
      insertMany(records) {
        for (const [key, ...rest] of records) right.insertMany([[known(key), ...rest]]);
      },
    };
  });
}

/** The minimal adapter, whose order is `compare` where that isn't undefined. */
function orderedBy(compare: (a: Key, b: Key) => number | undefined): ConformanceOptions {
  return withRules(({ compareKeys }) => ({
    compareKeys: (a, b) => compare(a, b) || compareKeys(a, b),
  }));
}

/** The minimal adapter, which takes names of tables that become the same for one. */
function namedBy(change: (name: string) => string): ConformanceOptions {
  const right = minimalAdapter();
  const adapter: typeof right = {
    ...right,
    open(options, toolkit) {
      const backend = right.open(options, toolkit);
      return {
        ...backend,
        openTable: (domain, name, type) => backend.openTable(domain, change(name), type),
      };
    },
  };
  return from(adapter);
}

function codePoints(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 || index >= b.length ? 0 : Number(a[index]) - Number(b[index]);
}

export const KEY_FAULTS: readonly Fault[] = [
  {
    name: "takes 1 and 1n for one key",
    suite: "keys",
    options: keyedBy((key) => idOf(key).replace("n", "")),
  },
  {
    name: 'takes 1 and "1" for one key',
    suite: "keys",
    options: keyedBy((key) => idOf(key).replaceAll('"', "")),
  },
  {
    name: 'takes null and "null" for one key',
    suite: "keys",
    options: keyedBy((key) => (key === "null" ? idOf(null) : idOf(key))),
  },
  {
    name: "joins the elements of a tuple",
    suite: "keys",
    options: keyedBy((key) => (Array.isArray(key) ? key.flat(9).map(idOf).join() : idOf(key))),
  },
  {
    name: "normalizes strings",
    suite: "keys",
    options: keyedBy((key) => idOf(typeof key === "string" ? key.normalize("NFD") : key)),
  },
  {
    name: "makes numbers of big bigints",
    suite: "keys",
    options: keyedBy((key) => (typeof key === "bigint" ? `${Number(key)}n` : idOf(key))),
  },
  {
    name: "member forgets falsy keys",
    suite: "keys",
    options: withMethods(({ lookup }) => ({
      member: (key) => Boolean(key) && lookup(key).length > 0,
    })),
  },
  {
    name: "orders strings by locale",
    suite: "keys",
    options: orderedBy((a, b) =>
      typeof a === "string" && typeof b === "string" ? a.localeCompare(b) : undefined,
    ),
  },
  {
    name: "orders strings by code point",
    suite: "keys",
    options: orderedBy((a, b) =>
      typeof a === "string" && typeof b === "string"
        ? compareNumbers(codePoints(a), codePoints(b))
        : undefined,
    ),
  },
  {
    name: "orders bytes as signed",
    suite: "keys",
    options: orderedBy((a, b) =>
      a instanceof Uint8Array && b instanceof Uint8Array
        ? compareNumbers([...new Int8Array(a)], [...new Int8Array(b)])
        : undefined,
    ),
  },
  {
    name: "orders tuples by length",
    suite: "keys",
    options: orderedBy((a, b) =>
      Array.isArray(a) && Array.isArray(b) ? a.length - b.length : undefined,
    ),
  },
  {
    name: "orders bigints after all numbers",
    suite: "keys",
    options: orderedBy((a, b) => {
      if (typeof a === "bigint" && typeof b === "number") return 1;
      return typeof a === "number" && typeof b === "bigint" ? -1 : undefined;
    }),
  },
  {
    name: "orders a bigint before the number that equals it",
    suite: "keys",
    options: orderedBy((a, b) => {
      if (typeof a === "bigint" && typeof b === "number" && Number(a) === b) return -1;
      return typeof a === "number" && typeof b === "bigint" && Number(b) === a ? 1 : undefined;
    }),
  },
  {
    name: "orders keys as texts",
    suite: "keys",
    options: orderedBy((a, b) => (idOf(a) < idOf(b) ? -1 : Number(idOf(a) > idOf(b)))),
  },
  {
    name: "takes table names in any case for one",
    suite: "store",
    options: namedBy((name) => name.toLowerCase()),
  },
  {
    name: "cuts long table names",
    suite: "store",
    options: namedBy((name) => name.slice(0, 8)),
  },
  {
    name: "normalizes table names",
    suite: "store",
    options: namedBy((name) => name.normalize("NFC")),
  },
];
