import * as fc from "fast-check";
import type { StoreRecord } from "../../src/index.js";
import { bigint, bytes, key, number, text } from "./any-key.js";
import { TYPED_ARRAYS } from "./typed-arrays.js";

/** Any value that a record can hold. */
export const value: fc.Arbitrary<unknown> = fc.letrec<Record<"value" | "leaf", unknown>>((tie) => {
  // Some names come again, and so do whole shapes.
  const name = fc.oneof(text, fc.constantFrom("a", "b", "c", "__proto__"));
  const members = fc.array(fc.tuple(name, tie("value")), { maxLength: 4 });
  return {
    value: fc.oneof(
      { depthSize: "small" },
      tie("leaf"),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.array(tie("leaf"), { minLength: 14, maxLength: 18 }),
      members.map(Object.fromEntries),
      fc.record({ type: text, at: number, more: tie("value") }),
      members.map((all) => Object.setPrototypeOf(Object.fromEntries(all), null)),
      fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 4 }).map((all) => new Map(all)),
      fc.array(tie("value"), { maxLength: 4 }).map((all) => new Set(all)),
    ),
    leaf: fc.oneof(
      text,
      number,
      bigint,
      bytes,
      fc.date({ noInvalidDate: false }),
      fc.constantFrom(undefined, null, true, false),
      fc.tuple(fc.constantFrom(...TYPED_ARRAYS), bytes).map(([make, all]) => {
        const { BYTES_PER_ELEMENT: size } = make;
        return new make(all.slice(0, all.length - (all.length % size)).buffer as ArrayBuffer);
      }),
      bytes.map((all) => all.slice().buffer),
    ),
  };
}).value;

export const record: fc.Arbitrary<StoreRecord> = fc
  .tuple(key, fc.array(value, { maxLength: 4 }))
  .map(([first, rest]): StoreRecord => [first, ...rest]);
