import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageDirectory } from "../prove/package-directory.js";
import { temporaryDirectory } from "./support/playground.js";

// The package as it was built: what it consists of decides, not its source.
test.each(["esm", "cjs"])(
  "the package as %s leaves the functions of Node, and the listeners of the process, as they are",
  (format) => {
    const program = join(packageDirectory(), "test", "programs", "touched.mjs");
    const said = execFileSync(process.execPath, [program, format, temporaryDirectory()], {
      encoding: "utf8",
    });
    expect(JSON.parse(said)).toEqual({ afterImport: [], afterOpen: [], afterClose: [] });
  },
);

test("the package beats on when a test library has faked timers and Date", () => {
  const program = join(packageDirectory(), "test", "programs", "faking.mjs");
  const said = execFileSync(process.execPath, [program, temporaryDirectory()], {
    encoding: "utf8",
  });
  const { beaten, age } = JSON.parse(said);
  expect(beaten).toBeGreaterThan(1_000);
  expect(age).toBeLessThan(2_500);
});
