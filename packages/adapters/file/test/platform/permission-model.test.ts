import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageDirectory } from "../../prove/package-directory.js";
import { temporaryDirectory } from "../support/playground.js";

/** Opens a table in a process of its own, with the package as it was built. */
function open(...flags: string[]): unknown {
  const program = join(packageDirectory(), "test", "programs", "opening.mjs");
  const said = execFileSync(process.execPath, [...flags, program, temporaryDirectory()], {
    encoding: "utf8",
    // It warns that the permission model is an experiment.
    stdio: ["ignore", "pipe", "ignore"],
  });
  return JSON.parse(said);
}

test("an open under Node's permission model is STORE_IO, which names the model and fsync, and makes nothing", () => {
  const flag = ["--permission", "--experimental-permission"].find((name) =>
    process.allowedNodeEnvironmentFlags.has(name),
  );
  expect(open(`${flag}`, "--allow-fs-read=*", "--allow-fs-write=*")).toEqual({
    failure: {
      code: "STORE_IO",
      message: expect.stringMatching(
        /^ensureTable\("d", "t"\): Node's permission model .* refuses fsync/,
      ),
      cause: "ERR_ACCESS_DENIED",
    },
    names: [],
  });
});

test("an open without it succeeds", () => {
  expect(open()).toEqual({ names: [expect.any(String)] });
});
