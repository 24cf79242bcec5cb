import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { blocksOf, placeOf } from "../src/block.js";
import { checksOf } from "../src/check.js";
import { documents, ROOT } from "../src/documents.js";

const blocks = documents().flatMap((document) =>
  blocksOf(document, readFileSync(join(ROOT, document), "utf8")),
);
const checks = checksOf(blocks, ROOT);

describe.concurrent("the samples of the documents hold", () => {
  test.each(checks.map((check) => [placeOf(check.block), check] as const))(
    "%s",
    { timeout: 120_000 },
    async (_place, { problems }) => {
      expect(await problems()).toEqual([]);
    },
  );
});

test("there are samples", () => {
  expect(checks.length).toBeGreaterThan(0);
});
