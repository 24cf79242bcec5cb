import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MUTANTS } from "../../prove/mutants/all-mutants.js";
import { mutate, readModule } from "../../prove/mutants/mutant.js";

// Whether each is caught, `npm run prove -- mutants` tells.

test.each(MUTANTS)("the mutant $id has its place in $file, and a test", (mutant) => {
  const source = readModule(mutant.file);
  expect(mutate(source, mutant)).not.toBe(source);
  const { file, title } = mutant.test;
  expect(readFileSync(join(import.meta.dirname, "..", file), "utf8")).toContain(title);
});

test("no two mutants have one name", () => {
  expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length);
});
