import type { StoreRecord } from "@store/core";
import { collect, same, sameRecords } from "../../assertions/assertion.js";
import { show } from "../../assertions/show.js";
import { ALL, BAGS, type Suite, UNIQUE } from "../../harness/suite.js";
import { bare, VALUES, withProto } from "../../model/sample-values.js";

/** Pairs of equal values that are written differently. */
const EQUAL: readonly (readonly [unknown, unknown])[] = [
  [
    { a: 1, b: { c: 1, d: 2 } },
    { b: { d: 2, c: 1 }, a: 1 },
  ],
  [
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
    new Map([
      ["b", 2],
      ["a", 1],
    ]),
  ],
  [new Set([1, { a: 1 }, 2]), new Set([2, 1, { a: 1 }])],
  [new Map([[{ k: [1] }, { a: 1, b: 2 }]]), new Map([[{ k: [1] }, { b: 2, a: 1 }]])],
  [[{ list: [new Set(["x", "y"])] }], [{ list: [new Set(["y", "x"])] }]],
  [new Set([{ a: 1 }, { a: 2 }]), new Set([{ a: 2 }, { a: 1 }])],
  [Number.NaN, Number.NaN],
  [{ n: [Number.NaN] }, { n: [0 / 0] }],
  [Uint8Array.of(1, 2), Buffer.from([1, 2])],
  [Float64Array.of(Number.NaN), Float64Array.of(0 / 0)],
  [Int16Array.of(1, 2), Int16Array.of(0, 1, 2).subarray(1)],
  [Uint8Array.of(1, 2).buffer, Uint8Array.of(1, 2).buffer],
  [
    new Set([Float32Array.of(1), Float32Array.of(2)]),
    new Set([Float32Array.of(2), Float32Array.of(1)]),
  ],
  [new Date(Number.NaN), new Date("never")],
  [10n ** 50n, 10n ** 25n * 10n ** 25n],
  [bare({ a: 1 }), { a: 1 }],
];

/** Pairs of similar values that aren't equal. */
const DIFFERENT: readonly (readonly [unknown, unknown])[] = [
  [0, -0],
  [[0], [-0]],
  [{ a: { b: 0 } }, { a: { b: -0 } }],
  [new Map([["k", 0]]), new Map([["k", -0]])],
  [1, 1n],
  [1, "1"],
  [1, true],
  [0, false],
  [0, null],
  ["", null],
  [null, undefined],
  ["null", null],
  [{ a: undefined }, {}],
  [{ a: undefined }, { b: undefined }],
  [[undefined], []],
  [[undefined], [null]],
  [
    [1, 2],
    [2, 1],
  ],
  [[1], 1],
  [{}, []],
  [{ 0: "a" }, ["a"]],
  [{ 0: "a", length: 1 }, ["a"]],
  [{}, new Map()],
  [new Map(), new Set()],
  [[], new Set()],
  [{ a: 1 }, new Map([["a", 1]])],
  [[1, 2], new Set([1, 2])],
  [[1, 2], Uint8Array.of(1, 2)],
  [{}, Uint8Array.of()],
  [{}, new Date(0)],
  [0, new Date(0)],
  [new Date(0), new Date(1)],
  [new Date(0), new Date(Number.NaN)],
  [Uint8Array.of(1), Uint8Array.of(1, 0)],
  [Uint8Array.of(1), Uint8Array.of(2)],
  [Uint8Array.of(1), Int8Array.of(1)],
  [Uint8Array.of(1), Uint8ClampedArray.of(1)],
  [Uint8Array.of(1), Uint8Array.of(1).buffer],
  [Float32Array.of(0), Float32Array.of(-0)],
  [Float32Array.of(1), Float64Array.of(1)],
  [Float32Array.of(1), Float32Array.of(1, 0)],
  [Float32Array.of(0), Int32Array.of(0)],
  [BigInt64Array.of(1n), BigUint64Array.of(1n)],
  [Int16Array.of(1, 2), [1, 2]],
  [new Float32Array(), new Float64Array()],
  [new ArrayBuffer(1), new ArrayBuffer(2)],
  [new ArrayBuffer(0), {}],
  [[0], Float64Array.of(0)],
  [{ 0: 1 }, Int8Array.of(1)],
  [new Map([[1, "x"]]), new Map([[1n, "x"]])],
  [
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
    new Map([
      ["a", 2],
      ["b", 1],
    ]),
  ],
  [new Set([[1], [2]]), new Set([[1], [1]])],
  [new Set([1]), new Set(["1"])],
  [{ a: 1, b: 2 }, { a: 1 }],
  ["e\u0301", "é"],
  ["\ud800", "\ufffd"],
  ["a", "a\0"],
  [2n ** 53n, 2n ** 53n + 1n],
  [withProto(1), {}],
  [withProto({ a: 1 }), withProto({ a: 2 })],
  [Number.MAX_VALUE, Number.POSITIVE_INFINITY],
];

/** When records are the same: what a bag keeps once, what deleteObject removes, what replace expects. */
export const equality: Suite = {
  name: "equality of records",
  heading: "Equality of records",
  lookAt: "insertMany of bags and deleteObjects: toolkit.equalRecords must compare records",
  define({ eachType }) {
    eachType("insert of an equal record keeps the one that is there", ["bag"], async (table) => {
      await table.insertMany(written(EQUAL, 0));
      for (const record of written(EQUAL, 1)) await table.insert(record);
      await table.insertMany([...written(EQUAL, 0), ...written(EQUAL, 1)]);
      sameRecords(await collect(table.records()), written(EQUAL, 0));
      same(await table.size, EQUAL.length, "size");
    });

    eachType("insert of a record that isn't equal adds it", ["bag"], async (table) => {
      await table.insertMany(written(DIFFERENT, 0));
      await table.insertMany(written(DIFFERENT, 1));
      await table.insertMany([...written(DIFFERENT, 1), ...written(DIFFERENT, 0)]);
      for (const [index, pair] of DIFFERENT.entries()) {
        const expected = pair.map((value): StoreRecord => [index, value]);
        same(await table.lookup(index), expected);
      }
    });

    eachType("insert of each kind of value twice keeps it once", ["bag"], async (table) => {
      const kinds = () => Object.values(VALUES).map((make): StoreRecord => ["k", make()]);
      await table.insertMany(kinds());
      await table.insertMany(kinds());
      for (const record of kinds().slice(0, 10)) await table.insert(record);
      same(await table.lookup("k"), kinds());
    });

    eachType("deleteObject removes an equal record, and no other", ALL, async (table) => {
      await table.insertMany(written(DIFFERENT, 0));
      for (const record of written(DIFFERENT, 1)) await table.deleteObject(record);
      sameRecords(await collect(table.records()), written(DIFFERENT, 0));
      await table.deleteAllObjects();
      await table.insertMany(written(EQUAL, 0));
      for (const [index, record] of written(EQUAL, 1).entries()) {
        await table.deleteObject(record);
        same(await table.size, EQUAL.length - index - 1, "size");
      }
    });

    eachType(
      "deleteObject distinguishes each kind of value from all others",
      BAGS,
      async (table) => {
        const left = Object.values(VALUES).map((make): StoreRecord => ["k", make()]);
        await table.insertMany(left);
        for (const [index, make] of Object.values(VALUES).entries()) {
          await table.deleteObject(["k", make()]);
          left.shift();
          same(await table.size, left.length, "size");
          if (index % 8 === 0) same(await table.lookup("k"), left);
        }
      },
    );

    eachType("replace expects an equal record, and no other", UNIQUE, async (table) => {
      await table.insertMany(written(DIFFERENT, 0));
      for (const record of written(DIFFERENT, 1)) {
        same(await table.replace(record, [record[0], "new"]), false, `replace of ${show(record)}`);
      }
      sameRecords(await collect(table.records()), written(DIFFERENT, 0));
      await table.insertMany(written(EQUAL, 0));
      for (const record of written(EQUAL, 1)) {
        same(await table.replace(record, [record[0], "new"]), true, `replace of ${show(record)}`);
        same(await table.lookup(record[0]), [[record[0], "new"]]);
      }
    });

    eachType("matchObject finds equal values, and no others", UNIQUE, async (table) => {
      await table.insertMany(written(EQUAL, 0));
      for (const record of written(EQUAL, 1)) {
        same(
          (await table.matchObject(record as never)).length,
          1,
          `how many match ${show(record)}`,
        );
      }
      await table.insertMany(written(DIFFERENT, 0));
      for (const record of written(DIFFERENT, 1)) {
        same(await table.matchObject(record as never), [], `what matches ${show(record)}`);
      }
    });
  },
};

/** One value of each pair, each in its own record. */
function written(pairs: typeof EQUAL, which: 0 | 1): StoreRecord[] {
  return pairs.map((pair, index) => [index, pair[which]]);
}
