import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { decodeTerm, encodeTerm } from "../src/index.js";
import { atom, bytesOf, hasOtp, Otp, tuple } from "./support/otp.js";

/** The table of the README, and what is beside it. */
const TERMS: readonly (readonly [term: string, value: unknown])[] = [
  ["7", 7],
  ["-9007199254740991", -9007199254740991],
  ["9007199254740992", 9007199254740992n],
  ["1.5", 1.5],
  ["1.0", { $float: 1 }],
  ["-1.0", { $float: -1 }],
  ["9007199254740992.0", 9007199254740992],
  ["true", true],
  ["undefined", undefined],
  ["nil", null],
  ["ok", { $atom: "ok" }],
  ["'größe'", { $atom: "größe" }],
  ['<<"text">>', "text"],
  ["<<255>>", new Uint8Array([255])],
  ["<<1:3>>", { $bits: [new Uint8Array([0b0010_0000]), 3] }],
  ["[]", []],
  ["[1, a]", [1, { $atom: "a" }]],
  ['"abc"', [97, 98, 99]],
  ["[1, 2 | 3]", { $improper: [1, 2, 3] }],
  ["{}", { $tuple: [] }],
  ["{a, [{}]}", { $tuple: [{ $atom: "a" }, [{ $tuple: [] }]] }],
  ["#{}", {}],
  ['#{<<"a">> => 1, <<"__proto__">> => 2}', JSON.parse('{ "a": 1, "__proto__": 2 }')],
  ["#{a => 1, b => #{}}", { $atoms: { a: 1, b: {} } }],
  ["#{true => 1}", new Map([[true, 1]])],
  [
    '#{1 => 2, <<"a">> => b}',
    new Map<unknown, unknown>([
      [1, 2],
      ["a", { $atom: "b" }],
    ]),
  ],
  ['#{<<"$atom">> => 1}', new Map([["$atom", 1]])],
  ["#{{1} => 2}", new Map([[{ $tuple: [1] }, 2]])],
  ["fun lists:map/2", { $export: ["lists", "map", 2] }],
  ["{'$store', date, 5}", new Date(5)],
  ["{'$store', date, 5, 6}", { $tuple: [{ $atom: "$store" }, { $atom: "date" }, 5, 6] }],
  ["{'$store', bigint, 5}", 5n],
  [
    "{'$store', bigint, 9007199254740992}",
    { $tuple: [{ $atom: "$store" }, { $atom: "bigint" }, 9007199254740992n] },
  ],
  ["{'$store', number, nan}", Number.NaN],
  ["{'$store', number, '-infinity'}", Number.NEGATIVE_INFINITY],
  ["{'$store', set, [1, a]}", new Set([1, { $atom: "a" }])],
  ["{'$store', set, [1, 1]}", { $tuple: [{ $atom: "$store" }, { $atom: "set" }, [1, 1]] }],
  ["{'$store', map, []}", new Map()],
  ["{'$store', map, [{<<\"a\">>, 1}]}", new Map([["a", 1]])],
  ["{'$store', bytes, <<\"a\">>}", new Uint8Array([97])],
  [
    "{'$store', bytes, <<255>>}",
    { $tuple: [{ $atom: "$store" }, { $atom: "bytes" }, new Uint8Array([255])] },
  ],
  ["{'$store', object, #{<<\"$atom\">> => 5}}", { $atom: 5 }],
  ["{'$store', 'Float32Array', <<0, 0, 128, 63>>}", new Float32Array([1])],
  ["{'$store', 'ArrayBuffer', <<1>>}", new Uint8Array([1]).buffer],
];

describe.runIf(hasOtp)("values and the real OTP", () => {
  let otp: Otp;
  beforeAll(() => {
    otp = new Otp();
  });
  afterAll(() => otp.close());

  test.each(TERMS)("%s is one value, which is that term again", async (term, value) => {
    const written = await otp.termOf(term);
    expect(decodeTerm(written)).toStrictEqual(value);
    expect(await otp.text(encodeTerm(value))).toBe(await otp.text(written));
  });

  test("what Erlang can't say by itself is whole after OTP has read and written it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyValue, { minLength: 20, maxLength: 20 }), async (values) => {
        const written = values.map((value) => encodeTerm(value));
        const rewritten = (await otp.ask(tuple(atom("rewritten"), written))) as unknown[];
        expect(rewritten.map((bytes) => decodeTerm(bytesOf(bytes)))).toStrictEqual(values);
      }),
      { numRuns: partOf(60, 3_000) },
    );
  }, 600_000);

  test("what stands for -0 as a key of a Map is an object like any other elsewhere", () => {
    const negative = { $float: -0 };
    for (const value of [negative, new Map<unknown, unknown>([[negative, negative]]), [-0]]) {
      expect(decodeTerm(encodeTerm(value))).toStrictEqual(value);
    }
  });

  test("pids, references and funs come back as what they were", async () => {
    const texts = ["self()", "make_ref()", "hd(erlang:ports())", "N = 5, fun(X) -> X + N end"];
    for (const text of texts) {
      const value = await otp.evaluate(text);
      expect(Object.keys(value as object)[0]).toMatch(/^\$(pid|reference|port|fun)$/);
      const [again] = (await otp.ask(tuple(atom("rewritten"), [encodeTerm(value)]))) as unknown[];
      expect(decodeTerm(bytesOf(again))).toStrictEqual(value);
    }
  });
});

const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<unknown>(
      undefined,
      null,
      true,
      false,
      -0,
      Number.NaN,
      1e300,
      2 ** 53,
      "\ud800",
      "",
      "$atom",
    ),
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.string({ unit: "binary" }),
    fc.uint8Array({ maxLength: 4 }),
    fc.date({ noInvalidDate: false }),
    fc.float32Array({ maxLength: 3 }),
    fc.bigInt64Array({ maxLength: 2 }),
    fc.uint16Array({ maxLength: 2 }).map((array) => array.buffer),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(tie("value"), { maxLength: 4 }).map((members) => new Set(members)),
    fc
      .array(fc.tuple(tie("value"), tie("value")), { maxLength: 4 })
      .map((entries) => new Map(entries)),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 4, noNullPrototype: true }),
    fc
      .tuple(
        fc.constantFrom(
          "$atom",
          "$atoms",
          "$float",
          "$improper",
          "$bits",
          "$pid",
          "$fun",
          "$export",
        ),
        tie("value"),
      )
      .map(([name, value]) => ({ [name]: value })),
  ),
})).value;

describe("encodeTerm", () => {
  test("gives equal values the same bytes, whatever the order of their properties", () => {
    expect(encodeTerm({ b: 1, a: { d: 2, c: 3 } })).toEqual(
      encodeTerm({ a: { c: 3, d: 2 }, b: 1 }),
    );
    expect(
      encodeTerm(
        new Map<unknown, unknown>([
          [2, 1],
          [1n, 2],
        ]),
      ),
    ).toEqual(
      encodeTerm(
        new Map<unknown, unknown>([
          [1n, 2],
          [2, 1],
        ]),
      ),
    );
  });

  test.each([
    ["a function", { a: [() => 1] }, ".a[0] is a function"],
    ["a symbol", [Symbol("a")], "[0] is a symbol"],
    ["an instance of a class", { a: new URL("http://localhost") }, ".a is an instance of a class"],
    ["a gap", { a: Object.assign([1], { 2: 3 }) }, ".a[1] has a gap"],
  ])("of %s throws STORE_INVALID_RECORD and says where", (_, value, problem) => {
    expect(() => encodeTerm(value)).toThrow(
      expect.objectContaining({ code: "STORE_INVALID_RECORD" }),
    );
    expect(() => encodeTerm(value)).toThrow(problem);
  });

  test("of a cycle throws STORE_INVALID_RECORD", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => encodeTerm(cycle)).toThrow(
      expect.objectContaining({ code: "STORE_INVALID_RECORD" }),
    );
  });
});

describe("decodeTerm", () => {
  test("of every beginning of a term, or with a byte more, throws STORE_CORRUPT", () => {
    const whole = encodeTerm([
      1.5,
      "text",
      { $atom: "a" },
      { $tuple: [2n ** 70n] },
      { a: new Map([[1, 2]]) },
      { $pid: ["a", 1, 2, 3] },
    ]);
    for (let length = 0; length < whole.length; length++)
      expect(() => decodeTerm(whole.subarray(0, length)), `${length}`).toThrow(
        expect.objectContaining({ code: "STORE_CORRUPT" }),
      );
    expect(() => decodeTerm(Buffer.concat([whole, Buffer.alloc(1)]))).toThrow(
      expect.objectContaining({ code: "STORE_CORRUPT" }),
    );
  });

  test("of a term that claims more parts than it has bytes throws before it makes room for them", () => {
    for (const tag of [105, 108, 116])
      expect(() => decodeTerm(new Uint8Array([131, tag, 255, 255, 255, 255, 106]))).toThrow(
        expect.objectContaining({ code: "STORE_CORRUPT" }),
      );
  });

  test("of a term nested deeper than 1,000 throws STORE_NOT_SUPPORTED", () => {
    const deep = Buffer.alloc(2 * 5_000 + 2, Buffer.from([104, 1]));
    deep[0] = 131;
    for (let index = 1; index < deep.length - 1; index += 2) deep.set([104, 1], index);
    deep[deep.length - 1] = 106;
    expect(() => decodeTerm(deep)).toThrow(
      expect.objectContaining({ code: "STORE_NOT_SUPPORTED" }),
    );
  });

  test("of any bytes gives a value or throws a StoreError, and reads what it gave again", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        let value: unknown;
        try {
          value = decodeTerm(Buffer.concat([Buffer.from([131]), bytes]));
        } catch (error) {
          expect(error).toMatchObject({
            code: expect.stringMatching(/^STORE_(CORRUPT|NOT_SUPPORTED)$/),
          });
          return;
        }
        expect(decodeTerm(encodeTerm(value))).toStrictEqual(value);
      }),
      { numRuns: partOf(20_000, 1_000_000) },
    );
  }, 600_000);
});
