import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { equalValues } from "../../src/values/equality.js";
import { Isolation } from "../../src/values/isolation.js";
import { MAX_DEPTH } from "../../src/values/key.js";
import type { StoreRecord } from "../../src/values/record.js";
import { type Copy, copyValue, explain } from "../../src/values/value.js";
import { plain, storedValue } from "../support/stored-value.js";

const FREEZING = { freeze: true, wildcards: false };
const PLAIN = { freeze: false, wildcards: false };

function copyOf(value: unknown, rules = PLAIN): Copy {
  const copied = copyValue(value, rules);
  if (copied === undefined) throw new Error(explain(value, rules, "[2]"));
  return copied;
}

/** All objects in a value, itself and keys of Maps included. */
function objectsIn(value: unknown, found: object[] = []): object[] {
  if (typeof value !== "object" || value === null) return found;
  found.push(value);
  if (value instanceof Uint8Array) return found;
  const parts =
    value instanceof Map
      ? [...value].flat()
      : value instanceof Set
        ? [...value]
        : Object.values(value);
  for (const part of parts) objectsIn(part, found);
  return found;
}

function isMutable(value: object): boolean {
  return [Date, Map, Set, Uint8Array].some((kind) => value instanceof kind);
}

/** A value nested so many levels deep. */
function nested(levels: number): unknown {
  let value: unknown = "end";
  for (let level = 0; level < levels; level++) value = level % 2 ? { in: value } : [value];
  return value;
}

describe("copyValue", () => {
  test("of any value is equal to it and shares no object with it", () => {
    fc.assert(
      fc.property(storedValue, fc.boolean(), (value, freeze) => {
        const copy = copyOf(value, { freeze, wildcards: false }).value;
        expect(equalValues(copy, value)).toBe(true);
        const originals = new Set(objectsIn(value));
        expect(objectsIn(copy).filter((object) => originals.has(object))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("that freezes freezes what can be frozen, and says whether something can't", () => {
    fc.assert(
      fc.property(storedValue, (value) => {
        const { value: copy, mutable } = copyOf(value, FREEZING);
        const objects = objectsIn(copy);
        expect(mutable).toBe(objects.some(isMutable));
        expect(objects.every((object) => isMutable(object) || Object.isFrozen(object))).toBe(true);
        expect(objectsIn(value).some(Object.isFrozen)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test("that doesn't freeze freezes nothing", () => {
    const copy = copyOf(Object.freeze({ list: Object.freeze([1]) })).value;
    expect(objectsIn(copy).some(Object.isFrozen)).toBe(false);
  });

  test("of a bare object is a bare object", () => {
    const { value } = copyOf(plain([["a", 1]], true));
    expect(Object.getPrototypeOf(value)).toBe(null);
  });

  test.each([false, true])("of an own __proto__ keeps it a property, bare: %s", (bare) => {
    const original = plain([["__proto__", { polluted: true }]], bare);
    const copy = copyOf(original).value as Record<string, unknown>;
    expect(Object.keys(copy)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(copy)).toBe(Object.getPrototypeOf(original));
    expect(copy).not.toHaveProperty("polluted");
  });

  test("of an object leaves out what is inherited, a symbol or not enumerable", () => {
    const original = { kept: 1, [Symbol("s")]: 2 };
    Object.defineProperty(original, "hidden", { value: 3, enumerable: false });
    expect(Reflect.ownKeys(copyOf(original).value as object)).toEqual(["kept"]);
  });

  test("of a Buffer is a Uint8Array of its own memory", () => {
    const buffer = Buffer.from("a small one shares its pool");
    const copy = copyOf(buffer).value as Uint8Array;
    expect(Object.getPrototypeOf(copy)).toBe(Uint8Array.prototype);
    expect(copy.buffer.byteLength).toBe(buffer.length);
    expect(Buffer.from(copy).equals(buffer)).toBe(true);
  });

  test("of another realm's objects is made of this realm's", () => {
    const foreign = runInNewContext(`({
      list: [1, [2]], plain: { a: 1 }, bare: Object.assign(Object.create(null), { a: 1 }),
      map: new Map([[{ key: 1 }, [1]]]), set: new Set([[1]]), date: new Date(5),
      bytes: Uint8Array.of(1, 2),
    })`);
    expect(copyOf(foreign).value).toStrictEqual({
      list: [1, [2]],
      plain: { a: 1 },
      bare: plain([["a", 1]], true),
      map: new Map([[{ key: 1 }, [1]]]),
      set: new Set([[1]]),
      date: new Date(5),
      bytes: Uint8Array.of(1, 2),
    });
  });

  test("of a getter reads it once and stores what it returned", () => {
    let reads = 0;
    const original = {
      get next() {
        return ++reads;
      },
    };
    expect(copyOf(original).value).toStrictEqual({ next: 1 });
    expect(reads).toBe(1);
  });

  test("of a getter that copies another value meanwhile still says what is mutable", () => {
    const original = {
      date: new Date(),
      get other() {
        return copyOf({ no: "date" }).value;
      },
    };
    expect(copyOf(original).mutable).toBe(true);
    const innocent = {
      get other() {
        copyOf(new Date());
        return 1;
      },
    };
    expect(copyOf(innocent).mutable).toBe(false);
  });

  test("of a Proxy is a plain copy of what it shows", () => {
    const proxy = new Proxy({ a: 1 }, { get: () => 2 });
    expect(copyOf(proxy).value).toStrictEqual({ a: 2 });
    expect(copyOf(new Proxy([1], {})).value).toStrictEqual([1]);
  });

  test("of an array with methods of its own goes by the built-in ones", () => {
    const sly = Object.assign([{ a: 1 }], { slice: () => ["sly"], map: () => ["sly"] });
    expect(copyOf(sly).value).toStrictEqual([{ a: 1 }]);
  });

  test("of a value that occurs twice copies it twice", () => {
    const shared = { a: 1 };
    const copy = copyOf([shared, shared]).value as unknown[];
    expect(copy).toStrictEqual([{ a: 1 }, { a: 1 }]);
    expect(copy[0]).not.toBe(copy[1]);
  });

  test(`of a value ${MAX_DEPTH} levels deep works, one deeper doesn't`, () => {
    expect(copyOf(nested(MAX_DEPTH)).value).toStrictEqual(nested(MAX_DEPTH));
    expect(copyValue(nested(MAX_DEPTH + 1), PLAIN)).toBe(undefined);
  });
});

describe("Isolation.own", () => {
  const { own } = new Isolation(false);

  class Point {
    x = 1;
  }
  const NoMap = { Map: class {} }.Map;
  const MoreThanMap = { Map: class extends Map<unknown, unknown> {} }.Map;
  class Ledger extends Map<unknown, unknown> {}
  class List extends Array {}
  const cycle: Record<string, unknown> = { tools: [] };
  (cycle.tools as unknown[]).push({ back: cycle });
  const throwing = {
    get a() {
      throw new Error("not today");
    },
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const sparse: unknown[] = [];
  sparse[4_000_000_000] = 1;

  test.each<[string, unknown, string]>([
    ["a function", { tools: [{ run: () => 1 }] }, "[2].tools[0].run is a function"],
    ["a long name", { ["n".repeat(1e6)]: () => 1 }, "[2][a string of 1000000 characters"],
    ["a symbol", [Symbol("s")], "[2][0] is a symbol"],
    ["a name that is no identifier", { "a b": Symbol("s") }, '[2]["a b"] is a symbol'],
    ["a class instance", { at: new Point() }, "[2].at is an instance of Point"],
    ["a subclass of Map", new Ledger([[1, 2]]), "[2] is an instance of Ledger"],
    ["a subclass of Array", new List(), "[2] is "],
    ["a Map's value", new Map([["k", () => 1]]), '[2].get("k") is a function'],
    ["a Map's key", new Map([[Symbol("s"), 1]]), "[2].keys()[a symbol] is a symbol"],
    ["a member of a Set", new Set([{ a: Symbol("s") }]), "[2].values().a is a symbol"],
    ["a promise", Promise.resolve(), "[2] is an instance of Promise"],
    ["an Error", new Error("no"), "[2] is an instance of Error"],
    ["a RegExp", /x/, "[2] is an instance of RegExp"],
    ["a boxed string", Object("text"), "[2] is an instance of String"],
    ["another typed array", new Float64Array(1), "[2] is an instance of Float64Array"],
    ["an ArrayBuffer", new ArrayBuffer(1), "[2] is an instance of ArrayBuffer"],
    ["an object with a prototype of its own", Object.create({ a: 1 }), "[2] is an object"],
    ["an object posing as a Map", Object.create(Map.prototype), "[2]"],
    ["a class that is called Map", new NoMap(), "[2]"],
    ["a subclass of Map that is called Map", new MoreThanMap(), "[2] is an instance of Map"],
    ["a Date with nothing in it", Object.create(Date.prototype), "[2]"],
    ["a cycle", cycle, "[2].tools[0].back is a cycle"],
    [
      "a hole",
      [[1, undefined], Object.assign(new Array(3), { 0: 1, 2: 3 })],
      "[2][1][1] is a hole",
    ],
    [
      "a hole for the first element",
      [Object.assign(new Array(2), { 1: 1 })],
      "[2][0][0] is a hole",
    ],
    ["thousands of millions of holes", sparse, "[2][0] is a hole"],
    ["an empty array with a length", new Array(3), "[2][0] is a hole"],
    ["a getter that throws", { a: throwing }, "[2] throws when read: not today"],
    ["a revoked Proxy", { a: revoked.proxy }, "[2] throws when read: "],
    [
      "another realm's class instance",
      runInNewContext("new (class P {})()"),
      "[2] is an instance of P",
    ],
    [
      "another realm's subclass of Map",
      runInNewContext("new (class Map2 extends Map {})()"),
      "[2] is",
    ],
    ["too many levels", nested(MAX_DEPTH + 1), "is nested deeper than 1000"],
  ])("of a record with %s refuses it and names the path", (_what, element, message) => {
    expect(() => own(["key", element])).toThrow(
      expect.objectContaining({
        code: "STORE_INVALID_RECORD",
        message: expect.stringContaining(message),
      }),
    );
  });

  const broken = (trap: string) =>
    new Proxy(["key", 1], {
      [trap]: () => {
        throw new Error("not today");
      },
    });
  const gone = Proxy.revocable(["key", 1], {});
  gone.revoke();

  test.each<[string, unknown, string]>([
    ["no array", { 0: "key", length: 1 }, "an object"],
    ["an empty array", [], "[]"],
    ["a string", "key", '"key"'],
    ["a subclass of Array", List.of("key"), "a record is a tuple"],
    ["a hole at the end", Object.assign(new Array(2), { 0: "key" }), "[2] is a hole"],
    ["a hole inside", Object.assign(new Array(3), { 0: "key", 2: 1 }), "[2] is a hole"],
    ["millions of holes", Object.assign(["key"], { length: 4e9 }), "[2] is a hole"],
    ["a Proxy whose elements throw", broken("get"), "the record throws when read: not today"],
    ["a Proxy whose prototype throws", broken("getPrototypeOf"), "throws when read: not today"],
    ["a revoked Proxy", gone.proxy, "the record throws when read: "],
  ])("of a record that is %s refuses it", (_what, record, message) => {
    expect(() => own(record)).toThrow(
      expect.objectContaining({
        code: "STORE_INVALID_RECORD",
        message: expect.stringContaining(message),
      }),
    );
  });

  const circular: unknown[] = [];
  circular.push(circular);
  const deep = (levels: number) => {
    let key: unknown = 1;
    for (let level = 0; level < levels; level++) key = [key];
    return key;
  };

  test.each<[string, unknown]>([
    ["NaN", Number.NaN],
    ["NaN in a tuple", ["a", Number.NaN]],
    ["undefined", undefined],
    ["a hole", [["a"], Object.assign(new Array(2), { 1: 1 })]],
    ["an object", { a: 1 }],
    ["a Date in a tuple", [new Date()]],
    ["a function", () => 1],
    ["a symbol", Symbol("s")],
    ["a tuple in itself", circular],
    ["a tuple too deep", deep(MAX_DEPTH + 1)],
    ["a tuple that throws", broken("get")],
    ["a revoked Proxy", gone.proxy],
  ])("of a record whose key is %s throws STORE_INVALID_KEY", (_what, key) => {
    expect(() => own([key, 1])).toThrow(expect.objectContaining({ code: "STORE_INVALID_KEY" }));
  });

  test("of a record normalises its key and copies it", () => {
    const bytes = Buffer.from([1, 2]);
    const tuple = ["run", -0, [bytes]];
    const [key] = own([tuple, -0]) as [["run", 0, [Uint8Array]], number];
    expect(key).toStrictEqual(["run", 0, [Uint8Array.of(1, 2)]]);
    bytes[0] = 9;
    tuple[0] = "other";
    expect(key).toStrictEqual(["run", 0, [Uint8Array.of(1, 2)]]);
    expect(own([-0])).toStrictEqual([0]);
    expect(own([deep(MAX_DEPTH)])).toHaveLength(1);
  });

  test("of a record leaves the caller's own objects as they are", () => {
    const record = ["key", { list: [1] }] as const;
    own(record);
    expect(objectsIn(record).some(Object.isFrozen)).toBe(false);
  });
});

describe("Isolation.release", () => {
  test("of a record kept by reference shares what is frozen, and nothing else", () => {
    const { own, release } = new Isolation(false);
    const kept = own(["key", { frozen: [1] }]);
    const [first, second] = [release(kept), release(kept)];
    expect(first).toStrictEqual(kept);
    expect(first).not.toBe(kept);
    expect(first[1]).toBe(second[1]);
    expect(objectsIn(first[1]).every(Object.isFrozen)).toBe(true);
  });

  test.each<[string, readonly unknown[]]>([
    ["a Date", ["key", { at: new Date(1) }]],
    ["a Map", ["key", [new Map([[{ a: 1 }, [1]]])]]],
    ["a Set", ["key", new Set([[1]])]],
    ["bytes", ["key", "text", Uint8Array.of(1)]],
  ])("of a record with %s kept by reference shares no object", (_what, record) => {
    const isolation = new Isolation(false);
    const kept = isolation.own(record);
    const changed = isolation.withElement(kept, isolation.ownElement("new", 2));
    for (const stored of [kept, changed]) {
      const inside = new Set(objectsIn(stored));
      const released = isolation.release(stored);
      expect(released).toStrictEqual(stored);
      expect(objectsIn(released).filter((object) => inside.has(object))).toEqual([]);
    }
  });

  test.each<[string, readonly unknown[]]>([
    ["a tuple", [["key", [1]], { frozen: 1 }]],
    ["bytes", [Uint8Array.of(1), { frozen: 1 }]],
    ["bytes in a tuple", [["key", Uint8Array.of(1)], { frozen: 1 }]],
  ])("of a record kept by reference shares nothing of a key that is %s", (_what, record) => {
    const { own, release } = new Isolation(false);
    const kept = own(record);
    const inside = new Set(objectsIn(kept[0]));
    expect(release(kept)).toStrictEqual(record);
    expect(objectsIn(release(kept)[0]).filter((object) => inside.has(object))).toEqual([]);
    expect(release(kept)[1]).toBe(kept[1]);
  });

  test("of a record that got a Date by updateElement shares no object", () => {
    const isolation = new Isolation(false);
    const kept = isolation.withElement(
      isolation.own(["key", 1]),
      isolation.ownElement(new Date(1), 2),
    );
    expect(isolation.release(kept)[1]).not.toBe(kept[1]);
  });

  test("of a record in a new array is that array, and shares no key and nothing mutable", () => {
    const { own, release } = new Isolation(false, true);
    const kept = own([["a", Uint8Array.of(1)], { list: [1] }]);
    const inside = new Set(objectsIn(kept[0]));
    const fresh: StoreRecord = [...kept];
    const released = release(fresh);
    expect(released).toBe(fresh);
    expect(released).toStrictEqual(kept);
    expect(objectsIn(released[0]).filter((object) => inside.has(object))).toEqual([]);
    const dated = own(["key", { at: new Date(1) }]);
    expect(release([...dated])[1]).not.toBe(dated[1]);
  });

  test("of a record that an adapter decoded is that record", () => {
    const { own, release } = new Isolation(true);
    const decoded = own(["key", { at: new Date(1) }]);
    expect(release(decoded)).toBe(decoded);
    expect(objectsIn(decoded).some(Object.isFrozen)).toBe(false);
  });
});
