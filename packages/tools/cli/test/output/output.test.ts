import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { columns } from "../../src/output/columns.js";
import { failureOf, isClosedPipe } from "../../src/output/failure.js";
import { progressBar } from "../../src/output/progress.js";
import { nearest } from "../../src/places/nearest.js";
import { runStore } from "../support/run-in-process.js";
import { dataDirectory } from "../support/scratch.js";

const ESCAPE = "\u001b[";
const place = () => dataDirectory({ domain: "d", name: "t", records: [["k", 1]] });

describe("colours", () => {
  test("are on a terminal, and nowhere else", async () => {
    const at = place();
    const seen = async (args: string[], isTerminal: boolean, env = {}) =>
      (await runStore(args, { isTerminal, env })).stdout.includes(ESCAPE);
    expect(await seen(["ls", at], true)).toBe(true);
    expect(await seen(["ls", at], false)).toBe(false);
    expect(await seen(["ls", at, "--no-color"], true)).toBe(false);
    expect(await seen(["ls", at, "--json"], true)).toBe(false);
    expect(await seen(["ls", at], true, { NO_COLOR: "1" })).toBe(false);
    expect(await seen(["ls", at], true, { TERM: "dumb" })).toBe(false);
    expect(await seen(["ls", at], false, { FORCE_COLOR: "1" })).toBe(true);
    expect(await seen(["ls", at, "--color"], false)).toBe(true);
    const { stderr } = await runStore(["ls", "nowhere"], { isTerminal: true });
    expect(stderr).toContain(ESCAPE);
    expect(stripVTControlCharacters(stderr)).toBe("store: there is no nowhere\n");
  });

  test("don't move columns", async () => {
    const [plain, colorful] = [
      await runStore(["ls", place()]),
      await runStore(["ls", place()], { isTerminal: true }),
    ];
    expect(stripVTControlCharacters(colorful.stdout)).toBe(plain.stdout);
  });
});

describe("progress", () => {
  async function shown(isTerminal: boolean, env = {}): Promise<string> {
    let text = "";
    const stream = { isTTY: isTerminal, columns: 80, write: (part: string) => (text += part) };
    const noop = () => true;
    Object.assign(stream, { cursorTo: noop, clearLine: noop, moveCursor: noop, on: noop });
    const bar = progressBar({ stderr: stream, env } as never, "loading", "records");
    bar.to(1, 100);
    await new Promise((resolve) => setTimeout(resolve, 320));
    bar.to(40, 100);
    bar.to(200, 100);
    bar.end();
    return text;
  }

  test("is shown on a terminal, once it takes longer than a moment", async () => {
    expect(await shown(true)).toMatch(/loading .* 40 % \| 40\/100 records/);
  });

  test("is not shown elsewhere", async () => {
    expect(await shown(false)).toBe("");
    expect(await shown(true, { TERM: "dumb" })).toBe("");
  });
});

test("columns are aligned, numbers to the right, and nothing trails", () => {
  const heads = [{ title: "NAME" }, { title: "N", isNumber: true }];
  const rows = [
    ["a", 1],
    ["longer", 1_234_567],
    ["none", undefined],
  ];
  expect(columns(heads, rows, (text) => text)).toBe(
    "NAME            N\na               1\nlonger  1,234,567\nnone            –\n",
  );
});

test("failures have the exit code and the hint of their code", () => {
  const coded = (code: string) => failureOf(Object.assign(new Error("m"), { code }));
  expect(coded("STORE_LOCKED")).toMatchObject({
    exitCode: 4,
    code: "STORE_LOCKED",
    hint: expect.stringContaining("server"),
  });
  expect(coded("STORE_KEY_NOT_FOUND").exitCode).toBe(3);
  expect(coded("STORE_INVALID_KEY").exitCode).toBe(2);
  expect(coded("STORE_IO")).toMatchObject({ exitCode: 1, hint: undefined });
  expect(coded("ENOSPC")).toMatchObject({ exitCode: 1, code: undefined });
  expect(failureOf("thrown text")).toMatchObject({ exitCode: 1, message: "thrown text" });
  expect([
    isClosedPipe({ code: "EPIPE" }),
    isClosedPipe(new Error("x")),
    isClosedPipe(undefined),
  ]).toEqual([true, false, false]);
});

test("nearest finds the likely word, and none where all are far", () => {
  expect(nearest("rnus", ["runs", "jobs"])).toBe("runs");
  expect(nearest("run", ["runs", "rung"])).toBe("runs");
  expect(nearest("abc", ["xyz", "abcdefgh"])).toBeUndefined();
  expect(nearest("a", [])).toBeUndefined();
});
