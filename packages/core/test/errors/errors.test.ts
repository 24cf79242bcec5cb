import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { STORE_ERROR_CODES, StoreError } from "../../src/index.js";

describe("the README", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

  test.each(STORE_ERROR_CODES)("says when %s is thrown", (code) => {
    expect(readme).toContain(`\`${code}\``);
  });

  test("has a paragraph for each code", () => {
    const paragraphs = readme.match(/^\*\*`STORE_\w+`\*\* is thrown/gm) ?? [];
    expect(paragraphs).toHaveLength(STORE_ERROR_CODES.length);
  });

  test("names no code that there isn't", () => {
    const known = new Set<string>([...STORE_ERROR_CODES, "STORE_ERROR_CODES"]);
    const named = readme.match(/\bSTORE_[A-Z_]*[A-Z]\b/g) ?? [];
    expect(named.filter((code) => !known.has(code))).toEqual([]);
  });
});

describe("docs/debugging.md", () => {
  const page = readFileSync(new URL("../../../../docs/debugging.md", import.meta.url), "utf8");

  test.each(STORE_ERROR_CODES)("says in a row what to do about %s", (code) => {
    expect(page).toMatch(new RegExp(`^\\| (\`\\w+\`, )*\`${code}\``, "m"));
  });
});

describe("STORE_ERROR_CODES", () => {
  test("are the contract's, each once", () => {
    expect([...STORE_ERROR_CODES].sort()).toEqual([
      "STORE_CORRUPT",
      "STORE_COUNTER_OVERFLOW",
      "STORE_FENCED",
      "STORE_INVALID_ADAPTER",
      "STORE_INVALID_KEY",
      "STORE_INVALID_OPERATION",
      "STORE_INVALID_OPTIONS",
      "STORE_INVALID_RECORD",
      "STORE_INVALID_TABLE_NAME",
      "STORE_IO",
      "STORE_KEY_NOT_FOUND",
      "STORE_LOCKED",
      "STORE_NEWER_FORMAT",
      "STORE_NOT_SUPPORTED",
      "STORE_OUTCOME_UNKNOWN",
      "STORE_READ_ONLY",
      "STORE_TABLE_CLOSED",
      "STORE_TABLE_TYPE_MISMATCH",
      "STORE_UNAVAILABLE",
    ]);
  });
});

describe("StoreError", () => {
  test("has a name, a code, a message and a cause", () => {
    const cause = new Error("beneath");
    const error = new StoreError("STORE_IO", "above", { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "StoreError", code: "STORE_IO", message: "above", cause });
    expect(String(error)).toBe("StoreError: above");
    expect("cause" in new StoreError("STORE_IO", "above")).toBe(false);
  });
});
