import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ACCESS_BENCHMARKS } from "../src/benchmarks/access-benchmarks.js";
import { FILE_BENCHMARKS } from "../src/benchmarks/file-benchmarks.js";
import { MEMORY_BENCHMARKS } from "../src/benchmarks/memory-benchmarks.js";
import { VALUE_BENCHMARKS } from "../src/benchmarks/value-benchmarks.js";
import { workspaceDirectory } from "../src/paths.js";

/** Those that are there without the peers. */
const isHere = (title: string) =>
  /^(@store|Map|baseline|Buffer|new Uint8Array|JSON|a bag|messages|exchange)/.test(title);

const cases = [
  ...MEMORY_BENCHMARKS,
  ...FILE_BENCHMARKS,
  ...VALUE_BENCHMARKS,
  ...ACCESS_BENCHMARKS,
].flatMap((benchmark) =>
  benchmark.engines
    .filter(({ title }) => isHere(title))
    .map((setup) => ({ name: benchmark.name, title: setup.title, benchmark, setup })),
);

test.each(cases)("$name: $title does what is measured", async ({ benchmark, setup }) => {
  const directory = mkdtempSync(join(tmpdir(), "store-bench-"));
  try {
    const task = { directory, workspace: workspaceDirectory, count: 20, warmUp: 1 };
    const { value } = await benchmark.measure(setup, task);
    expect(value).toBeGreaterThan(0);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
