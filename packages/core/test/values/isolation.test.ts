import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { Isolation } from "../../src/values/isolation.js";
import { MAX_DEPTH } from "../../src/values/key.js";
import type { StoreRecord } from "../../src/values/record.js";
import { doubled, nested, objectsIn } from "../support/objects.js";

describe("Isolation.own", () => {
  const { own } = new Isolation(false);

  class Point {
    x = 1;
  }
  const NoMap = { Map: class {} }.Map;
  const MoreThanMap = { Map: class extends Map<unknown, unknown> {} }.Map;
  class Ledger extends Map<unknown, unknown> {}
  class List extends Array {}
  class Vector extends Float64Array {}
  class Memory extends ArrayBuffer {}
  const detached = () => {
    const buffer = new ArrayBuffer(8);
    structuredClone(buffer, { transfer: [buffer] });
    return buffer;
  };
  const overDetached = (type: typeof Int16Array | typeof Uint8Array) => {
    const view = new type(new ArrayBuffer(8));
    structuredClone(view.buffer, { transfer: [view.buffer] });
    return view;
  };
  const outOfBounds = () => {
    const buffer = Reflect.construct(ArrayBuffer, [8, { maxByteLength: 8 }]);
    const view = new Float32Array(buffer, 4, 1);
    buffer.resize(4);
    return view;
  };
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
    ["a subclass of Array", List.of(1), "[2] is an instance of List"],
    ["a Map's value", new Map([["k", () => 1]]), '[2].get("k") is a function'],
    ["a Map's key", new Map([[Symbol("s"), 1]]), "[2].keys()[a symbol] is a symbol"],
    ["a member of a Set", new Set([{ a: Symbol("s") }]), "[2].values().a is a symbol"],
    ["a promise", Promise.resolve(), "[2] is an instance of Promise"],
    ["an Error", new Error("no"), "[2] is an instance of Error"],
    ["a RegExp", /x/, "[2] is an instance of RegExp"],
    ["a boxed string", Object("text"), "[2] is an instance of String"],
    ["a subclass of a typed array", new Vector(1), "[2] is an instance of Vector"],
    ["a subclass of ArrayBuffer", new Memory(1), "[2] is an instance of Memory"],
    ["a DataView", new DataView(new ArrayBuffer(1)), "[2] is an instance of DataView"],
    ["a SharedArrayBuffer", new SharedArrayBuffer(1), "[2] is an instance of SharedArrayBuffer"],
    ["a detached ArrayBuffer", [detached()], "[2][0] is an ArrayBuffer that is detached"],
    [
      "a typed array over a detached ArrayBuffer",
      overDetached(Int16Array),
      "[2] is an Int16Array whose ArrayBuffer is detached",
    ],
    [
      "bytes over a detached ArrayBuffer",
      new Map([["k", overDetached(Uint8Array)]]),
      '[2].get("k") is a Uint8Array whose ArrayBuffer is detached',
    ],
    [
      "a typed array whose ArrayBuffer has shrunk",
      outOfBounds(),
      "[2] is a Float32Array that lies beyond the end of its ArrayBuffer",
    ],
    [
      "a Proxy of a Map",
      { a: new Proxy(new Map(), {}) },
      "[2].a is no Map, though it looks like one",
    ],
    ["a Proxy of a Date", new Proxy(new Date(), {}), "[2] is no Date, though it looks like one"],
    ["a Proxy of bytes", new Proxy(Uint8Array.of(1), {}), "[2] is no Uint8Array, though it"],
    ["a Proxy of an ArrayBuffer", new Proxy(new ArrayBuffer(1), {}), "[2] is no ArrayBuffer, th"],
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
    ["a tuple of shared tuples", doubled(30, 1, (part) => [part, part])],
    ["a long tuple of shared tuples", new Array(1e6).fill(new Array(1e6).fill(1))],
    ["another typed array", new Int8Array(1)],
    ["an ArrayBuffer", [new ArrayBuffer(1)]],
    ["bytes over a detached ArrayBuffer", overDetached(Uint8Array)],
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

  const numbered = (length: number) => Array.from({ length }, (_none, index) => `${index}`);

  /** An array that has the built-in methods, and code that asks its constructor for one, fill `target`. */
  const sly = (list: unknown[], target: unknown[]): unknown[] =>
    Object.assign(list, {
      constructor: {
        get [Symbol.species]() {
          return () => target;
        },
      },
      [Symbol.iterator]: () => target.values(),
      slice: () => target,
      map: () => target,
      filter: () => target,
      every: () => true,
    });

  test.each([3, 100, 5_000])(
    "of a record of arrays of %i elements that name a constructor stores none of the caller's arrays",
    (length) => {
      const element = sly(numbered(length), []);
      const key = sly(numbered(length), []);
      const record = sly([key, element], ["sly"]);
      const owned = own(record);
      expect(owned).toStrictEqual([numbered(length), numbered(length)]);
      const inside = new Set(objectsIn(owned));
      expect([record, element, key].filter((array) => inside.has(array))).toEqual([]);
      expect(objectsIn(record).some(Object.isFrozen)).toBe(false);
    },
  );

  test("of a record with arrays of binary data that name a constructor copies their bytes", () => {
    const species = { [Symbol.species]: () => new Uint8Array(9) };
    const buffer = Object.assign(Uint8Array.of(1, 2, 3, 4).buffer, { constructor: species });
    const view = Object.assign(new Uint16Array(buffer), {
      constructor: species,
      [Symbol.iterator]: () => [7].values(),
    });
    expect(
      own([
        "k",
        buffer,
        view,
        Object.defineProperty(new Uint8Array(buffer), "length", { value: 1 }),
      ]),
    ).toEqual([
      "k",
      Uint8Array.of(1, 2, 3, 4).buffer,
      new Uint16Array(Uint8Array.of(1, 2, 3, 4).buffer),
      Uint8Array.of(1, 2, 3, 4),
    ]);
  });

  test("of a record leaves the caller's own objects as they are", () => {
    const record = ["key", { list: [1] }] as const;
    own(record);
    expect(objectsIn(record).some(Object.isFrozen)).toBe(false);
  });
});

describe("a record of more parts than it may have", () => {
  const isolation = new Isolation(false);
  const { own } = isolation;
  const refused = expect.objectContaining({
    code: "STORE_INVALID_RECORD",
    message: expect.stringMatching(/^\[[23]\] makes it a record of more than 33554432 parts/),
  });

  test.each<[string, (part: unknown) => unknown]>([
    ["objects", (part) => ({ a: part, b: part })],
    ["arrays", (part) => [part, part]],
    ["Maps", (part) => new Map([[part, { part }]])],
    ["Sets", (part) => new Set([[part], part])],
  ])("is refused when it is made of shared %s", (_what, double) => {
    const value = doubled(60, 1, double);
    expect(() => own(["k", value])).toThrow(refused);
    expect(() => own(["k", 1, { deep: [value] }])).toThrow(refused);
    expect(() => isolation.ownElement(value, 3)).toThrow(refused);
  });

  test.each<[string, unknown]>([
    ["an array of primitives", new Array(10_000).fill(new Array(10_000).fill(0))],
    ["bytes", new Array(50).fill(new Uint8Array(2 ** 26))],
    ["a typed array", new Array(50).fill(new Float64Array(2 ** 23))],
    ["an ArrayBuffer", new Array(50).fill(new ArrayBuffer(2 ** 26))],
  ])("is refused when it holds %s in many places", (_what, value) => {
    expect(() => own(["k", value])).toThrow(refused);
  });

  test("is refused when only all of its elements together are too large", () => {
    const half = doubled(17, 1, (part) => [part, part]);
    expect(own(["k", half])).toHaveLength(2);
    const record = ["k", ...new Array(1_000).fill(half)];
    expect(() => own(record)).toThrow(
      expect.objectContaining({ message: expect.stringContaining("more than 33554432 parts") }),
    );
  });

  test("is one of ten million elements not", () => {
    const element = new Array(10_000_000).fill("x");
    expect(own(["k", element])[1]).toHaveLength(10_000_000);
  });

  test("is refused for what can't be stored in it, if it can't, without looking at a part twice", () => {
    let reads = 0;
    const bottom = {
      get a() {
        reads++;
        return 1;
      },
    };
    const value = [doubled(15, bottom, (part) => [part, part]), () => 1];
    expect(() => own(["k", value])).toThrow("[2][1] is a function");
    expect(reads).toBe(2 ** 15 + 1);
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
