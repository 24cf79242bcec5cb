import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPlace } from "../src/places.js";
import { session } from "../src/session.js";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "moving-up-"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const COMMANDS = ["add milk", "add bread", "done 1", "done 1", "done 7", "add tea", "list"];
const LISTED = ["1 [x] milk", "2 [ ] bread", "3 [ ] tea", "2 open, 1 done"];
const SAID = ["task 1", "task 2", "done", "no such task", "no such task", "task 3", ...LISTED];

test.each(["memory", "file:"])("over %s the program says the same", async (kind) => {
  const place = kind === "memory" ? kind : `${kind}${join(directory, "place")}`;
  expect(await session(place, COMMANDS)).toEqual(SAID);
  // What is in memory is gone at the next start.
  const next = kind === "memory" ? ["0 open, 0 done"] : LISTED;
  expect(await session(place, ["list"])).toEqual(next);
});

test("in one session tasks move from memory to files to Postgres, and are all there at each stop", async () => {
  const files = `file:${join(directory, "files")}`;
  const postgres = `pglite:${join(directory, "pg", "data")}`;
  const moves = ["list", `move ${files}`, "list", "add salt", `move ${postgres}`, "list"];
  expect(await session("memory", [...COMMANDS.slice(0, -1), ...moves])).toEqual([
    ...SAID.slice(0, 6),
    ...LISTED,
    "moved 2 of counts, 3 of tasks",
    ...LISTED,
    "task 4",
    "moved 2 of counts, 4 of tasks",
    ...LISTED.slice(0, 3),
    "4 [ ] salt",
    "3 open, 1 done",
  ]);
  const next = ["done 4", "done 4", "done 7", "add rice", "list"];
  expect(await session(postgres, next)).toEqual([
    ...["done", "no such task", "no such task", "task 5"],
    ...LISTED.slice(0, 3),
    ...["4 [x] salt", "5 [ ] rice", "3 open, 2 done"],
  ]);
  // Where they were, they are as they were: to go back to.
  expect(await session(files, ["list"])).toEqual([
    ...LISTED.slice(0, 3),
    "4 [ ] salt",
    "3 open, 1 done",
  ]);
});

test("a copy leaves the program where it is", async () => {
  const files = `file:${join(directory, "files")}`;
  const copy = `file:${join(directory, "copy")}`;
  await session(files, [...COMMANDS, `copy ${copy}`, "add salt"]);
  expect(await session(copy, ["list"])).toEqual(LISTED);
  expect(await session(files, ["list"])).toContain("4 [ ] salt");
});

test("a move to where there are tasks already is refused, and changes nothing on either side", async () => {
  const [one, two] = ["one", "two"].map((name) => `file:${join(directory, name)}`) as [
    string,
    string,
  ];
  await session(one, ["add here"]);
  await session(two, ["add there"]);
  await expect(session(one, [`move ${two}`])).rejects.toMatchObject({
    code: "STORE_INVALID_OPERATION",
  });
  expect(await session(one, ["list"])).toContain("1 [ ] here");
  expect(await session(two, ["list"])).toContain("1 [ ] there");
});

test.each(["", "memory:x", "file", "mysql://x", "pglite:"])("%s is refused as a place", (text) => {
  expect(() => openPlace(text)).toThrow("expected memory, file:DIRECTORY");
});

test("the program takes its place from the environment", () => {
  const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
  const run = (...commands: string[]) =>
    execFileSync(process.execPath, [main, ...commands], {
      encoding: "utf8",
      env: { ...process.env, STORAGE: `file:${join(directory, "files")}` },
    });
  run("add milk", "add bread");
  expect(run("done 2", "list")).toBe("done\n1 [ ] milk\n2 [x] bread\n1 open, 1 done\n");
});
