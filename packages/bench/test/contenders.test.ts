import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { workspaceDirectory } from "../src/places.js";
import { FILE_WORKS } from "../src/works/file-works.js";
import { MEMORY_WORKS } from "../src/works/memory-works.js";

/** Those that are there without the peers. */
const isHere = (title: string) => /^(@store|Map|floor)/.test(title);

const cases = [...MEMORY_WORKS, ...FILE_WORKS].flatMap((work) =>
  work.contenders
    .filter(({ title }) => isHere(title))
    .map((setup) => ({ name: work.name, title: setup.title, work, setup })),
);

test.each(cases)("$name: $title does what is measured", async ({ work, setup }) => {
  const directory = mkdtempSync(join(tmpdir(), "store-bench-"));
  try {
    const task = { directory, workspace: workspaceDirectory, count: 20, warmUp: 1 };
    const { value } = await work.measure(setup, task);
    expect(value).toBeGreaterThan(0);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
