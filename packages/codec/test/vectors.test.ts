import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  canonicalRecord,
  decodeKey,
  decodeRecord,
  encodeKey,
  encodeKeyPrefix,
  encodeRecord,
  type Key,
  type StoreRecord,
} from "../src/index.js";
import * as keyTags from "../src/keys/key-tags.js";
import * as recordTags from "../src/records/record-tags.js";
import { typeAt } from "../src/values/typed-array.js";
import { show } from "./support/show.js";
import { untagged } from "./support/tagged.js";

// What is encoded once is read for ever: a vector that no longer holds is a changed format. New ones may be added.

interface Vectors {
  readonly keys: readonly { readonly key: unknown; readonly hex: string }[];
  readonly prefixes: readonly { prefix: unknown; gte: string; lt: string }[];
  readonly records: readonly { record: unknown; hex: string; canonical: string }[];
}

const docs = new URL("../../../docs/", import.meta.url);
const vectors = JSON.parse(readFileSync(new URL("codec-vectors.json", docs), "utf8")) as Vectors;
const page = readFileSync(new URL("codec.md", docs), "utf8");

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

test.each(vectors.keys)("the key $key has the bytes $hex", (vector) => {
  const key = untagged(vector.key) as Key;
  expect(hex(encodeKey(key))).toBe(vector.hex);
  expect(show(decodeKey(Buffer.from(vector.hex, "hex")))).toBe(show(key));
});

test("the keys stand in their order", () => {
  const all = vectors.keys.map((vector) => Buffer.from(vector.hex, "hex"));
  expect(all.toSorted(Buffer.compare)).toEqual(all);
});

test.each(vectors.prefixes)("the prefix $prefix has the range from $gte to $lt", (vector) => {
  const { gte, lt } = encodeKeyPrefix(untagged(vector.prefix) as string);
  expect([hex(gte), hex(lt)]).toEqual([vector.gte, vector.lt]);
});

test.each(vectors.records)("the record $record has the bytes $hex", (vector) => {
  const record = untagged(vector.record) as unknown as StoreRecord;
  expect(hex(encodeRecord(record))).toBe(vector.hex);
  expect(hex(canonicalRecord(record))).toBe(vector.canonical);
  expect(show(decodeRecord(Buffer.from(vector.hex, "hex")))).toBe(show(record));
});

describe("the page on the format", () => {
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));

  test.each([
    ["keys", keyTags, ["SUFFIXES", "MINUS_SUFFIXES", "INTEGER_BYTES"]],
    ["records", recordTags, ["VERSION", /_LIMIT$|_UNITS$|_ELEMENTS$|_BYTES$|_SHAPES$/]],
  ] as const)("has each tag of %s with its value", (_what, tags, others) => {
    const isTag = (name: string) =>
      !others.some((other) => (typeof other === "string" ? other === name : other.test(name)));
    for (const [name, value] of Object.entries(tags)) {
      if (!isTag(name)) continue;
      const row = `| \`${name}\` | ${(value as number).toString(16).padStart(2, "0")} |`;
      expect(rows.filter((line) => line.startsWith(row))).toHaveLength(1);
    }
  });

  test("has each type of typed array with its number", () => {
    for (let number = 0; typeAt(number) !== undefined; number++) {
      const type = typeAt(number);
      expect(page).toContain(`| \`${type?.name}\` | ${number} | ${type?.elementBytes} |`);
    }
  });
});
