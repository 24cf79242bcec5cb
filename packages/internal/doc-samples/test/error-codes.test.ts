import { readFileSync } from "node:fs";
import { join } from "node:path";
import { STORE_ERROR_CODES } from "@store/core";
import { expect, test } from "vitest";
import { ROOT } from "../src/documents.js";

const DEBUGGING = readFileSync(join(ROOT, "docs/debugging.md"), "utf8");
const README = readFileSync(join(ROOT, "packages/core/README.md"), "utf8");

test("core's README has a paragraph for each code of an error, in the order of the source", () => {
  const described = README.matchAll(/^\*\*`(STORE_\w+)`\*\* is thrown (when|by) /gm);
  expect([...described].map(([, code]) => code)).toEqual([...STORE_ERROR_CODES]);
});

test("docs/debugging.md says of each code what to do, once", () => {
  const rows = DEBUGGING.matchAll(/^\| (`STORE_[^|]+) \|/gm);
  const codes = [...rows].flatMap(([, cell]) => cell?.match(/STORE_\w+/g) ?? []);
  expect(codes.sort()).toEqual([...STORE_ERROR_CODES].sort());
});
