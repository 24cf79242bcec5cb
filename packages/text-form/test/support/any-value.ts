import * as fc from "fast-check";

const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 80 }) },
  {
    weight: 2,
    arbitrary: fc
      .array(
        fc.constantFrom("\ud83d", "\ude00", "\ufeff", "\0", "\n", '"', "\\", "\x7f", "é", "中"),
      )
      .map((units) => units.join("")),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "__proto__",
      "constructor",
      "toJSON",
      "$",
      "$$",
      "$bigint",
      "$$bigint",
      "$map",
      "$unheard",
      "1234567890123456789",
    ),
  },
);

const number: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map(Number),
  fc.constantFrom(
    -0,
    1e21,
    1e20,
    123456789e3,
    1e9,
    999_999_999,
    2 ** 53,
    2 ** 64,
    5e-324,
    Number.MAX_VALUE,
  ),
);

const typedArray: fc.Arbitrary<unknown> = fc
  .tuple(
    fc.constantFrom(
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      Float32Array,
      Float64Array,
      BigInt64Array,
      BigUint64Array,
    ),
    fc.uint8Array({ maxLength: 9 }),
  )
  .map(([Type, content]) => {
    const size = Type.BYTES_PER_ELEMENT;
    const memory = new ArrayBuffer((content.length + 1) * size);
    new Uint8Array(memory).set(content);
    return new Type(memory, size, content.length);
  });

const leaf: fc.Arbitrary<unknown> = fc.oneof(
  text,
  number,
  fc.bigInt(),
  fc.boolean(),
  fc.constantFrom(null, undefined),
  typedArray,
  fc.uint8Array({ maxLength: 9 }).map((content) => content.slice().buffer),
  fc.date({ noInvalidDate: false }),
);

/** Any value that a record may hold. */
export const anyValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 5 }),
    fc.array(fc.tuple(text, tie("value")), { maxLength: 4 }).map((entries) => {
      const object = {};
      for (const [name, value] of entries) {
        Object.defineProperty(object, name, {
          value,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      }
      return object;
    }),
    fc.tuple(text, tie("value")).map(([name, value]) => ({ [name]: value })),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 }).map((all) => new Map(all)),
    fc.array(tie("value"), { maxLength: 3 }).map((all) => new Set(all)),
  ),
})).value;
