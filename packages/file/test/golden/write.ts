import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { directoryName } from "../../src/file-name.js";
import { FORMAT_VERSION } from "../../src/segment.js";
import { Disk } from "../support/disk.js";
import { DiskImage } from "../support/disk-image.js";
import { framesOf } from "../support/frame-list.js";
import { fillGolden, GOLDEN_TABLES, type GoldenTable } from "./golden-table.js";

const target = fileURLToPath(new URL(`format-${FORMAT_VERSION}`, import.meta.url));

// No test: see README.md.
test(`write the golden files of format ${FORMAT_VERSION}`, () => {
  expect(existsSync(target), `${target} is there already, and isn't written again`).toBe(false);
  const disk = new Disk();
  for (const golden of GOLDEN_TABLES) live(disk, golden);
  const torn = GOLDEN_TABLES.filter(({ end }) => end === "torn").map(({ name }) => name);
  for (const [path, content] of DiskImage.of(disk).files) {
    if (path.endsWith("/")) continue;
    const isTorn = torn.some((name) => path.includes(`/${directoryName(name)}/`));
    const isLog = path.endsWith(".log");
    const end = isTorn && isLog ? (framesOf(content).at(-1)?.end ?? 0) - 3 : content.length;
    const file = join(target, path.replace("/data/d/", "").replace(/OWNER$/, "RELEASED"));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content.subarray(0, end));
  }
});

function live(disk: Disk, golden: GoldenTable): void {
  const { name, type, end } = golden;
  const table = disk.openStore().ensureTable("d", name, { type });
  fillGolden(table, golden);
  if (end === "torn") {
    table.insert(["~torn", "this doesn't get there as a whole"]);
    return;
  }
  table.close();
  if (end !== "compacted") return;
  const again = disk.openStore({ repair: "force" }).ensureTable("d", name);
  again.insert(["~after", 1]);
  again.close();
}
