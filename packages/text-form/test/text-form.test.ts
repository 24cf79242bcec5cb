import { toolkit } from "@store/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { partOf } from "../../../tooling/long.js";
import { decodeLine, decodeText, encodeText } from "../src/text-form.js";
import { TextWriter } from "../src/text-writer.js";
import { anyValue } from "./support/any-value.js";

const numRuns = partOf(800, 200_000);

/** Everything of a value that equality overlooks: the order of keys, entries and members. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (value instanceof Map) return ["map", ...[...value].map(shape)];
  if (value instanceof Set) return ["set", ...[...value].map(shape)];
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return 0;
  return Object.keys(value).map((key) => [key, shape((value as Record<string, unknown>)[key])]);
}

describe("the text form", () => {
  test("of any value is JSON, in one line of UTF-8, and read again it is that value", () =>
    fc.assert(
      fc.property(anyValue, (value) => {
        const text = encodeText(value);
        JSON.parse(text);
        expect(text).not.toContain("\n");
        expect(Buffer.from(text).toString()).toBe(text);
        for (const decode of [decodeText, decodeLine]) {
          const read = decode(text);
          expect(toolkit.equalRecords([1, value], [1, read]), text).toBe(true);
          expect(shape(read)).toEqual(shape(value));
        }
        // One value, one text.
        expect(encodeText(decodeText(text))).toBe(text);
      }),
      { numRuns },
    ));

  test("of values that JSON has is theirs", () => {
    const json = fc
      .jsonValue()
      .map((value) => JSON.parse(JSON.stringify(value)) as unknown)
      .filter((value) => !JSON.stringify(value).includes('"$'));
    return fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(encodeText(value))).toEqual(value);
      }),
      { numRuns },
    );
  });

  test.each([
    [12n, '{"$bigint":"12"}'],
    [new Uint8Array([1, 2, 255]), '{"$bytes":"AQL/"}'],
    [new Date(Date.UTC(2026, 0, 31, 12)), '{"$date":"2026-01-31T12:00:00.000Z"}'],
    [new Date(Number.NaN), '{"$date":null}'],
    [new Map([["a", 1n]]), '{"$map":[["a",{"$bigint":"1"}]]}'],
    [new Set([undefined]), '{"$set":[{"$undefined":true}]}'],
    [
      [Number.NaN, -0, 1 / 0, -1 / 0],
      '[{"$number":"NaN"},{"$number":"-0"},{"$number":"Infinity"},{"$number":"-Infinity"}]',
    ],
    [new Float32Array([1]), '{"$float32array":"AACAPw=="}'],
    [new Uint8Array([7]).buffer, '{"$arraybuffer":"Bw=="}'],
    ["\ud800é\n", '"\\ud800é\\n"'],
    [{ $bigint: "12" }, '{"$$bigint":"12"}'],
    [{ $$bigint: "12" }, '{"$$$bigint":"12"}'],
    [{ $bigint: "12", b: 1 }, '{"$bigint":"12","b":1}'],
    [JSON.parse('{"__proto__":[1]}'), '{"__proto__":[1]}'],
    [2 ** 64, "18446744073709551616"],
    [Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  ])("of %o is %s", (value, text) => {
    expect(encodeText(value)).toBe(text);
    expect(toolkit.equalRecords([1, decodeText(text)], [1, value])).toBe(true);
  });

  test.each([
    ["r1", 'a string needs quotes: "r1"'],
    ["_", "patterns only"],
    ["", "it ends here"],
    ["[1,", "it ends here"],
    ["[1 2]", 'expected "," or "]"'],
    ['{"a" 1}', 'expected ":"'],
    ['{"a":1 "b"}', 'expected "," or "}"'],
    ["{a:1}", "a key in double quotes"],
    ['{"a":1,"a":1}', 'the key "a" is there twice'],
    ['"a', "doesn't end"],
    ['"\\x"', "isn't one of JSON"],
    ["[1] 2", "nothing more"],
    ["#", "no JSON"],
    ["9007199254740993", '{"$bigint":"9007199254740993"}'],
    ["[1e999]", "too large"],
    ['{"$bigint":"1.5"}', "$bigint takes"],
    ['{"$bigint":"-0"}', "$bigint takes"],
    ['{"$bigint":12}', "$bigint takes"],
    ['{"$bytes":"AQ"}', "$bytes takes base64"],
    ['{"$float64array":"AQ=="}', "are no Float64Array"],
    ['{"$number":"1"}', "$number takes"],
    ['{"$undefined":1}', "$undefined takes"],
    ['{"$date":"tomorrow"}', "$date takes"],
    ['{"$date":"2026-13-01"}', "$date takes"],
    ['{"$map":[[1]]}', "$map takes"],
    ['{"$set":1}', "$set takes"],
    ['{"$unheard":1}', 'is written with "$$unheard"'],
    ['{"$":1}', 'there is no extension "$"'],
  ])("%s is refused, with a word why", (text, why) => {
    expect(() => decodeText(text)).toThrow(why);
    expect(() => decodeText(text)).toThrow(expect.objectContaining({ name: "TextFormError" }));
  });

  test("is read with white space, and exponents; a date may be a day", () => {
    expect(decodeText(' {"a" : [ 1 , -2.5e3 , [ ] , { } ] }\n')).toEqual({ a: [1, -2500, [], {}] });
    expect(decodeText('{"$date":"2026-01-31"}')).toEqual(new Date("2026-01-31"));
    expect(decodeText('{"$date":"-000001-01-01T00:00:00.000Z"}')).toEqual(
      new Date("-000001-01-01T00:00:00.000Z"),
    );
  });

  test("in a line of a dump loses no digits either", () => {
    expect(() => decodeLine("[9007199254740993]")).toThrow("$bigint");
    expect(() => decodeLine("[1e999]")).toThrow("too large");
    expect(decodeLine('["9007199254740993"]')).toEqual(["9007199254740993"]);
  });

  test.each([[() => 1], [Symbol("s")], [new (class Point {})()], [new Error("e")]])(
    "of %o, which no record may hold, is refused",
    (value) => {
      expect(() => encodeText([value])).toThrow(/has no text form/);
    },
  );

  test("is written as far as the buffer goes, and further", () => {
    const writer = new TextWriter();
    const long = "x".repeat(100_000);
    const values = [long, [long, "é".repeat(100_000)], new Uint8Array(200_000), { [long]: 1 }];
    for (const value of values) writer.value(value);
    const text = writer.buffer.toString("utf8", 0, writer.length);
    expect(text).toBe(values.map((value) => encodeText(value)).join(""));
    writer.clear();
    writer.value(1);
    expect(writer.length).toBe(1);
  });
});
