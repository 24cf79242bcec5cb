import { resolve } from "node:path";
import { expect, test } from "vitest";
import { dataDir, normalizeFileOptions } from "../src/options.js";

test("dataDir is an absolute path: of the option, or of its default", () => {
  expect(dataDir()).toBe(resolve("beam_agent_data"));
  expect(dataDir({ dataDir: "here/../there" })).toBe(resolve("there"));
});

test("what isn't given, or is undefined, gets its default", () => {
  const expected = {
    dataDir: resolve("beam_agent_data"),
    autoSave: 30_000,
    ramFile: false,
    atomicCounters: false,
    repair: true,
    cacheBytes: 2 ** 24,
  };
  expect(normalizeFileOptions({})).toEqual(expected);
  const given = { dataDir: undefined, autoSave: 0, repair: undefined } as object;
  expect(normalizeFileOptions(given)).toEqual({ ...expected, autoSave: 0 });
});
