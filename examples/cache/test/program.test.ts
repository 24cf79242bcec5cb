import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Program } from "../../../tooling/program.js";

test("the program serves 50 callers by one load, and stale values without waiting", async () => {
  const program = new Program(fileURLToPath(new URL("../dist/main.js", import.meta.url)));
  expect(await program.exitCode()).toBe(0);
  const [missing, fresh, stale, again] = program.lines;
  expect(missing).toMatch(/^missing: 11 degrees .* asked 1$/);
  expect(fresh).toMatch(/^fresh: 11 degrees .* asked 1$/);
  expect(stale).toMatch(/^stale, served meanwhile: 11 degrees .* asked 2$/);
  expect(again).toMatch(/^fresh again: 12 degrees .* asked 2$/);
  expect(program.lines.at(-1)).toBe("{ hits: 100, stale: 50, misses: 50, failures: 0 }");
});
