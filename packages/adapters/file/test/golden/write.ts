import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { FORMAT_VERSION } from "../../src/format/format-version.js";
import { DATA, Disk } from "../support/disk.js";
import { DiskImage } from "../support/disk-image.js";
import { fillGolden, GOLDEN_ENDS, GOLDEN_TYPES, type GoldenEnd } from "./golden-directory.js";

const target = fileURLToPath(new URL(`format-${FORMAT_VERSION}`, import.meta.url));

// No test: see README.md.
test(`write the golden files of format ${FORMAT_VERSION}`, () => {
  expect(existsSync(target), `${target} is there already, and isn't written again`).toBe(false);
  for (const end of GOLDEN_ENDS) {
    for (const [path, content] of DiskImage.of(live(end)).files) {
      if (path.endsWith("/")) continue;
      const isTorn = end === "torn" && path.endsWith("1.log");
      const file = join(target, path.replace(DATA, end).replace(/OWNER$/, "RELEASED"));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, isTorn ? content.subarray(0, -3) : content);
    }
  }
});

function live(end: GoldenEnd): Disk {
  const disk = new Disk();
  const store = disk.openStore({ autoSave: Number.POSITIVE_INFINITY });
  fillGolden(store);
  if (end === "torn") {
    for (const type of GOLDEN_TYPES) store.ensureTable("d", type, { type }).sync();
    store.ensureTable("d", "set").insert(["~torn", "this doesn't get there as a whole"]);
    disk.kill();
    return disk;
  }
  store.close();
  if (end === "closed") return disk;
  const again = disk.openStore({ repair: "force" });
  for (const type of GOLDEN_TYPES) again.ensureTable("d", type, { type }).insert(["~after", 1]);
  again.close();
  return disk;
}
