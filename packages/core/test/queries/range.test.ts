import { describe, expect, test } from "vitest";
import {
  _,
  createStore,
  type Key,
  type Range,
  type RecordPattern,
  type ScanRange,
  type TableType,
} from "../../src/index.js";
import { arrayAdapter } from "../support/array-adapter.js";

const WHOLE: ScanRange = { lower: undefined, upper: undefined, reverse: false, limit: Infinity };

/** A table whose adapter notes the ranges and patterns that it is asked for. */
function asked(type: TableType = "ordered_set") {
  const ranges: ScanRange[] = [];
  const patterns: RecordPattern[] = [];
  const adapter = arrayAdapter({
    methods: () => ({
      scan(range) {
        ranges.push(range);
        return [];
      },
      matchObject(pattern) {
        patterns.push(pattern);
        return [];
      },
    }),
  });
  return { table: createStore({ adapter }).ensureTable("d", "t", { type }), ranges, patterns };
}

function exact(range: Range | undefined, type?: TableType): ScanRange | undefined {
  const { table, ranges } = asked(type);
  table.records(range);
  return ranges[0];
}

const from = (key: Key) => ({ key, inclusive: true });
const bytes = (...elements: number[]) => Uint8Array.from(elements);
const after = (key: Key) => ({ key, inclusive: false });

describe("records in a range asks the adapter for", () => {
  test.each<[Range | undefined, Partial<ScanRange>]>([
    [undefined, {}],
    [{}, {}],
    [{ gt: 1 }, { lower: after(1) }],
    [{ gte: 1 }, { lower: from(1) }],
    [{ lt: 1 }, { upper: after(1) }],
    [{ lte: 1 }, { upper: from(1) }],
    [{ gt: 1, gte: 2 }, { lower: from(2) }],
    [{ gt: 2, gte: 1 }, { lower: after(2) }],
    [{ gt: 1, gte: 1 }, { lower: after(1) }],
    [{ lt: 1, lte: 2 }, { upper: after(1) }],
    [{ lt: 2, lte: 1 }, { upper: from(1) }],
    [{ lt: 1, lte: 1 }, { upper: after(1) }],
    [{ gte: -0 }, { lower: from(0) }],
    [{ gt: null }, { lower: after(null) }],
    [
      { reverse: true, limit: 3 },
      { reverse: true, limit: 3 },
    ],
    [{ reverse: false, limit: Infinity }, {}],
    [{ prefix: [] }, { lower: from([]) }],
    [{ prefix: ["run"] }, { lower: from(["run"]), upper: after(["run\0"]) }],
    [{ prefix: ["run", 7] }, { lower: from(["run", 7]), upper: after(["run", 7n]) }],
    [{ prefix: ["run", null] }, { lower: from(["run", null]), upper: after(["run", false]) }],
    [{ prefix: [["a"]] }, { lower: from([["a"]]), upper: after([["a", null]]) }],
    [{ prefix: "app:" }, { lower: from("app:"), upper: after("app;") }],
    [{ prefix: "" }, { lower: from(""), upper: after(new Uint8Array()) }],
    [{ prefix: "a\uffff\uffff" }, { lower: from("a\uffff\uffff"), upper: after("b") }],
    [{ prefix: "\uffff\uffff" }, { lower: from("\uffff\uffff"), upper: after(new Uint8Array()) }],
    [{ prefix: "\ud83d" }, { lower: from("\ud83d"), upper: after("\ud83e") }],
    [{ prefix: bytes(1, 2) }, { lower: from(bytes(1, 2)), upper: after(bytes(1, 3)) }],
    [{ prefix: bytes(1, 255) }, { lower: from(bytes(1, 255)), upper: after(bytes(2)) }],
    [{ prefix: bytes(255, 255) }, { lower: from(bytes(255, 255)), upper: after([]) }],
    [{ prefix: bytes() }, { lower: from(bytes()), upper: after([]) }],
    [{ prefix: Buffer.from([7]) }, { lower: from(bytes(7)), upper: after(bytes(8)) }],
    [
      { prefix: "app:", gt: "app:m" },
      { lower: { key: "app:m", inclusive: false }, upper: after("app;") },
    ],
    [
      { prefix: ["run"], gt: ["run", 5] },
      { lower: after(["run", 5]), upper: after(["run\0"]) },
    ],
    [
      { prefix: ["run"], gt: ["run"] },
      { lower: after(["run"]), upper: after(["run\0"]) },
    ],
    [
      { prefix: ["run"], gt: ["a"] },
      { lower: from(["run"]), upper: after(["run\0"]) },
    ],
    [
      { prefix: ["run"], lte: ["run", 5] },
      { lower: from(["run"]), upper: from(["run", 5]) },
    ],
  ])("%o: %o", (range, expected) => {
    expect(exact(range)).toEqual({ ...WHOLE, ...expected });
  });

  test.each(["set", "bag", "duplicate_bag"] as const)("a %s: its limit alone", (type) => {
    expect(exact({ limit: 3, reverse: false }, type)).toEqual({ ...WHOLE, limit: 3 });
    const bounds = [
      { gt: 1 },
      { gte: 1 },
      { lt: 1 },
      { lte: 1 },
      { prefix: [] },
      { reverse: true },
    ];
    for (const range of bounds) {
      expect(() => exact(range, type)).toThrow(
        expect.objectContaining({ code: "STORE_NOT_SUPPORTED" }),
      );
    }
  });

  test.each<[string, unknown, string]>([
    ["null", null, "STORE_INVALID_OPERATION"],
    ["an array", [], "STORE_INVALID_OPERATION"],
    ["a key", 1, "STORE_INVALID_OPERATION"],
    ["an unknown name", { from: 1 }, "STORE_INVALID_OPERATION"],
    ["reverse that is no boolean", { reverse: 1 }, "STORE_INVALID_OPERATION"],
    ["a negative limit", { limit: -1 }, "STORE_INVALID_OPERATION"],
    ["a limit that is no integer", { limit: 1.5 }, "STORE_INVALID_OPERATION"],
    ["a limit of NaN", { limit: Number.NaN }, "STORE_INVALID_OPERATION"],
    ["a prefix that is a number", { prefix: 7 }, "STORE_INVALID_OPERATION"],
    ["a prefix that is null", { prefix: null }, "STORE_INVALID_OPERATION"],
    ["a prefix that is an object", { prefix: { length: 1 } }, "STORE_INVALID_OPERATION"],
    ["a prefix that is a Uint16Array", { prefix: new Uint16Array(2) }, "STORE_INVALID_OPERATION"],
    ["a bound that is no key", { gt: {} }, "STORE_INVALID_KEY"],
    ["a prefix with NaN", { prefix: [Number.NaN] }, "STORE_INVALID_KEY"],
  ])("nothing, given %s", (_what, range, code) => {
    expect(() => exact(range as Range)).toThrow(expect.objectContaining({ code }));
  });
});

describe("matchObject asks the adapter for", () => {
  const plan = (pattern: readonly unknown[], type?: TableType) => {
    const { table, patterns } = asked(type);
    table.matchObject(pattern as never);
    return patterns[0];
  };

  test.each<[string, readonly unknown[], Key | undefined, Partial<ScanRange>]>([
    ["a bound key", ["run", _], "run", {}],
    ["a bound tuple key", [["run", 1], _], ["run", 1], {}],
    ["a key of -0", [-0, _], 0, {}],
    ["any key", [_, 1], undefined, {}],
    [
      "a tuple key bound at its start",
      [["run", _], _],
      undefined,
      exact({ prefix: ["run"] }) ?? {},
    ],
    [
      "a tuple key bound in two",
      [["run", 1, _], _],
      undefined,
      exact({ prefix: ["run", 1] }) ?? {},
    ],
    ["a tuple key free at its start", [[_, 1], _], undefined, exact({ prefix: [] }) ?? {}],
    [
      "a tuple key free deep inside",
      [["run", [_]], 1],
      undefined,
      exact({ prefix: ["run"] }) ?? {},
    ],
  ])("%s", (_what, pattern, key, range) => {
    expect(plan(pattern)).toMatchObject({ key, range: { ...WHOLE, ...range } });
    expect(plan(pattern, "set")).toMatchObject({ key, range: WHOLE });
  });

  test.each<[string, readonly unknown[], readonly unknown[], boolean]>([
    ["another length", [_, _], [1, 2, 3], false],
    ["wildcards for all", [_, _, _], [1, { a: 1 }, [2]], true],
    ["a wildcard in an object", [_, { a: _, b: 1 }], [1, { a: [2], b: 1 }], true],
    ["a wildcard for a property that is missing", [_, { a: _ }], [1, {}], false],
    ["a wildcard beside a property too many", [_, { a: _ }], [1, { a: 1, b: 2 }], false],
    ["a wildcard in an array", [_, [1, _]], [1, [1, 2]], true],
    ["a wildcard for a Map's value", [_, new Map([["k", _]])], [1, new Map([["k", 7]])], true],
    [
      "a wildcard for another Map's value",
      [_, new Map([["k", _]])],
      [1, new Map([["j", 7]])],
      false,
    ],
    ["a wildcard in a tuple key", [["run", _], _], [["run", 7], 1], true],
    ["a tuple key of another length", [["run", _], _], [["run", 7, 8], 1], false],
    ["a key bound elsewhere", [[_, 7], _], [["run", 8], 1], false],
    ["-0 in a tuple key with a wildcard", [[-0, [-0, _]], _], [[0, [0, 7]], 1], true],
    ["bytes in a tuple key", [[Uint8Array.of(1), _]], [[Uint8Array.of(1), 7]], true],
    ["0 for -0", [_, 0], [1, -0], false],
    ["NaN for NaN", [_, Number.NaN], [1, Number.NaN], true],
    ["undefined for undefined", [_, undefined], [1, undefined], true],
  ])("records that match: %s", (_what, pattern, record, expected) => {
    expect(plan(pattern)?.matches(record as never)).toBe(expected);
  });

  test.each<[string, unknown, string]>([
    ["no array", { 0: _ }, "STORE_INVALID_OPERATION"],
    ["an empty array", [], "STORE_INVALID_OPERATION"],
    ["a function", [_, () => 1], "STORE_INVALID_RECORD"],
    ["another symbol", [_, Symbol("_")], "STORE_INVALID_RECORD"],
    ["a hole", Object.assign(new Array(3), { 0: _, 2: 1 }), "STORE_INVALID_RECORD"],
    ["a key that is none", [{}, _], "STORE_INVALID_KEY"],
    ["a key that can't be copied", [() => 1, _], "STORE_INVALID_KEY"],
    ["a key with a function", [["run", () => 1, _]], "STORE_INVALID_KEY"],
    ["NaN in a key", [["run", Number.NaN, _]], "STORE_INVALID_KEY"],
    ["a wildcard for a member of a Set", [_, new Set([_])], "STORE_INVALID_OPERATION"],
    ["a wildcard inside of one", [_, [new Set([{ a: [_] }])]], "STORE_INVALID_OPERATION"],
    ["a wildcard for a Map's key", [_, { m: new Map([[_, 1]]) }], "STORE_INVALID_OPERATION"],
    [
      "a wildcard in one of its own Map's values",
      [_, new Map([[1, new Set([_])]])],
      "STORE_INVALID_OPERATION",
    ],
  ])("nothing, given %s", (_what, pattern, code) => {
    expect(() => plan(pattern as never)).toThrow(expect.objectContaining({ code }));
  });

  test("nothing, given a wildcard where a record is stored", () => {
    const { table } = asked();
    expect(() => table.insert([1, _])).toThrow("[2] is a symbol");
    expect(() => table.insert([1, { deep: [_] }])).toThrow("[2].deep[0] is a symbol");
  });

  test.each([[null], [[]], [{ limits: 1 }], [{ limit: -1 }], [{ limit: "1" }]])(
    "nothing, given options %o",
    (options) => {
      const { table } = asked();
      expect(() => table.matchObject([_], options as never)).toThrow(
        expect.objectContaining({ code: "STORE_INVALID_OPERATION" }),
      );
    },
  );

  test("the same by the wildcard of another copy of core", () => {
    expect(_).toBe(Symbol.for("@store/core/wildcard"));
  });
});
