import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { expect, onTestFinished, test } from "vitest";
import { isLong, isWhole } from "../../../../tooling/long.js";

/** The minimal adapter in JavaScript, which imports nothing but types. */
const ADAPTER = ts.transpileModule(
  readFileSync(new URL("../adapters/minimal-adapter.ts", import.meta.url), "utf8"),
  { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } },
).outputText;

/** What it doesn't have is skipped, which a runner can't tell from what passes. */
const SETS_ONLY = `minimalAdapter(
  (shelf, toolkit) => minimalTable({ ...shelf, type: "set" }, toolkit),
  { ordered: false, bags: false },
)`;

test("node:test runs the built kit, and all passes", { timeout: 180_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), "conformance-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "adapter.mjs"), ADAPTER);
  writeFileSync(
    join(directory, "kit.test.mjs"),
    `import { describe, test } from "node:test";
     import { conformance } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url))};
     import { minimalAdapter, minimalTable } from "./adapter.mjs";
     const adapter = ${isLong ? "minimalAdapter()" : SETS_ONLY};
     let count = 0;
     const some = (...given) => (count++ % ${isWhole ? 1 : 4} === 0 ? test(...given) : undefined);
     conformance({ describe, test: some }, { createAdapter: () => adapter, runs: 1 });`,
  );
  const args = ["--test", "--test-reporter=tap", join(directory, "kit.test.mjs")];
  // Vitest's own settings, and those of a node:test around it, aren't meant for this process.
  const { NODE_OPTIONS, NODE_TEST_CONTEXT, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 2 ** 28 });
  expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(isWhole ? 500 : 200);
  expect(stdout).toMatch(/^# fail 0$/m);
});
