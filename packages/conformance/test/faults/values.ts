import type { StoreRecord } from "@store/core";
import type { ConformanceOptions } from "../../src/index.js";
import { copied } from "../adapters/durable-adapter.js";
import { copiedBy, type Fault, withMethods } from "./broken.js";

/** The minimal adapter, which changes each element on its way in. */
function storing(change: (element: unknown) => unknown): ConformanceOptions {
  return withMethods(({ insertMany }) => ({
    insertMany: (records) =>
      insertMany(records.map(([key, ...rest]): StoreRecord => [key, ...rest.map(change)])),
  }));
}

/** The minimal adapter, which changes each part of a record, and each part of those, when it copies them. */
function copying(change: (part: unknown) => unknown): ConformanceOptions {
  return copiedBy((value) => mapped(value, change) as typeof value);
}

function mapped(value: unknown, change: (part: unknown) => unknown): unknown {
  if (Array.isArray(value)) return change(value.map((part) => mapped(part, change)));
  if (!isPlain(value)) return change(copied(value));
  const copy = copied(value);
  for (const name of Object.keys(copy)) {
    const element = mapped(Reflect.get(copy, name), change);
    Object.defineProperty(copy, name, { value: element });
  }
  return change(copy);
}

function isPlain(value: unknown): value is object {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

export const VALUE_FAULTS: readonly Fault[] = [
  {
    name: "loses -0 in values",
    suite: "values",
    options: storing((element) => (element === 0 ? 0 : element)),
  },
  {
    name: "loses members that are undefined",
    suite: "values",
    options: copying((part) =>
      isPlain(part)
        ? Object.fromEntries(Object.entries(part).filter(([, member]) => member !== undefined))
        : part,
    ),
  },
  {
    name: "loses a record's last element when it is undefined",
    suite: "updateCounter",
    options: withMethods(({ insertMany }) => ({
      insertMany: (records) =>
        insertMany(
          records.map(([key, ...rest]): StoreRecord => {
            return rest.at(-1) === undefined ? [key, ...rest.slice(0, -1)] : [key, ...rest];
          }),
        ),
    })),
  },
  {
    name: "makes null of NaN",
    suite: "values",
    options: storing((element) => (Number.isNaN(element) ? null : element)),
  },
  {
    name: "makes strings of dates",
    suite: "values",
    options: storing((element) => (element instanceof Date ? String(element) : element)),
  },
  {
    name: "makes objects of Maps",
    suite: "values",
    options: storing((element) => (element instanceof Map ? Object.fromEntries(element) : element)),
  },
  {
    name: "makes Buffers of bytes",
    suite: "values",
    options: copying((part) => (part instanceof Uint8Array ? Buffer.from(part) : part)),
  },
  {
    name: "replaces lone surrogates",
    suite: "values",
    options: storing((element) =>
      typeof element === "string" ? Buffer.from(element).toString() : element,
    ),
  },
  {
    name: "cuts bigints to 64 bits",
    suite: "values",
    options: storing((element) =>
      typeof element === "bigint" ? BigInt.asIntN(64, element) : element,
    ),
  },
  {
    name: "gives objects without a prototype one",
    suite: "values",
    options: copiedBy(structuredClone),
  },
  {
    name: "assigns a member named __proto__",
    suite: "values",
    options: copying((part) => {
      if (!isPlain(part)) return part;
      const result: Record<string, unknown> = {};
      for (const [name, member] of Object.entries(part)) result[name] = member;
      return result;
    }),
  },
];
