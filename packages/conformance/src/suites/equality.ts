import type { StoreRecord } from "@store/core";
import { same } from "../assertion.js";
import { VALUES, bare, withProto } from "../model/values.js";
import type { Suite } from "../suite.js";

/** Values that are equal though written differently. */
const EQUAL: readonly (readonly [unknown, unknown])[] = [
  [{ a: 1, b: { c: 1, d: 2 } }, { b: { d: 2, c: 1 }, a: 1 }],
  [new Map([["a", 1], ["b", 2]]), new Map([["b", 2], ["a", 1]])],
  [new Set([1, { a: 1 }, 2]), new Set([2, 1, { a: 1 }])],
  [new Map([[{ k: [1] }, { a: 1, b: 2 }]]), new Map([[{ k: [1] }, { b: 2, a: 1 }]])],
  [[{ list: [new Set(["x", "y"])] }], [{ list: [new Set(["y", "x"])] }]],
  [new Set([{ a: 1 }, { a: 2 }]), new Set([{ a: 2 }, { a: 1 }])],
  [Number.NaN, Number.NaN],
  [{ n: [Number.NaN] }, { n: [0 / 0] }],
  [Uint8Array.of(1, 2), Buffer.from([1, 2])],
  [new Date(Number.NaN), new Date("never")],
  [10n ** 50n, 10n ** 25n * 10n ** 25n],
  [bare({ a: 1 }), { a: 1 }],
];

/** Values that aren't, however near. */
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
  [[1, 2], [2, 1]],
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
  [new Map([[1, "x"]]), new Map([[1n, "x"]])],
  [new Map([["a", 1], ["b", 2]]), new Map([["a", 2], ["b", 1]])],
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
  contract: "4, Equality",
  define({ eachType }) {
    eachType("insert of an equal record keeps the one that is there", ["bag"], async (table) => {
      for (const [one, other] of EQUAL) {
        await table.deleteAllObjects();
        await table.insert(["k", one]);
        await table.insert(["k", other]);
        await table.insertMany([["k", one], ["k", other]]);
        same(await table.size, 1, "size");
      }
    });

    eachType("insert of a record that isn't equal adds it", ["bag"], async (table) => {
      for (const [one, other] of DIFFERENT) {
        await table.deleteAllObjects();
        await table.insert(["k", one]);
        await table.insert(["k", other]);
        await table.insertMany([["k", other], ["k", one]]);
        same(await table.lookup("k"), [["k", one], ["k", other]]);
      }
    });

    eachType("insert of each kind of value twice keeps it once", ["bag"], async (table) => {
      for (const make of Object.values(VALUES)) await table.insert(["k", make()]);
      for (const make of Object.values(VALUES)) await table.insert(["k", make()]);
      same(await table.lookup("k"), Object.values(VALUES).map((make): StoreRecord => ["k", make()]));
    });

    eachType("deleteObject removes an equal record, and no other", ["set", "ordered_set", "bag", "duplicate_bag"], async (table) => {
      for (const [one, other] of EQUAL) {
        await table.insert(["k", one]);
        await table.deleteObject(["k", other]);
        same(await table.size, 0, "size");
      }
      for (const [one, other] of DIFFERENT) {
        await table.insert(["k", one]);
        await table.deleteObject(["k", other]);
        same(await table.lookup("k"), [["k", one]]);
        await table.delete("k");
      }
    });

    eachType("deleteObject tells each kind of value from all others", ["bag", "duplicate_bag"], async (table) => {
      const left = Object.values(VALUES);
      await table.insertMany(left.map((make): StoreRecord => ["k", make()]));
      for (const [index, make] of Object.values(VALUES).entries()) {
        await table.deleteObject(["k", make()]);
        left.shift();
        same(await table.size, left.length, "size");
        if (index % 8 > 0) continue;
        same(await table.lookup("k"), left.map((other): StoreRecord => ["k", other()]));
      }
    });

    eachType("replace expects an equal record, and no other", ["set", "ordered_set"], async (table) => {
      for (const [one, other] of EQUAL) {
        await table.insert(["k", one]);
        same(await table.replace(["k", other], ["k", "new"]), true);
        same(await table.lookup("k"), [["k", "new"]]);
      }
      for (const [one, other] of DIFFERENT) {
        await table.insert(["k", one]);
        same(await table.replace(["k", other], ["k", "new"]), false);
        same(await table.lookup("k"), [["k", one]]);
      }
    });

    eachType("matchObject finds equal values, and no others", ["set", "ordered_set"], async (table) => {
      for (const [one, other] of EQUAL) {
        await table.insert(["k", one]);
        same((await table.matchObject(["k", other] as never)).length, 1);
      }
      for (const [one, other] of DIFFERENT) {
        await table.insert(["k", one]);
        same(await table.matchObject(["k", other] as never), []);
      }
    });
  },
};
