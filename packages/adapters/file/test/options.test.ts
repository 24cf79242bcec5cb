import { readdirSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { createStore } from "@store/core";
import { expect, onTestFinished, test } from "vitest";
import { fileAdapter } from "../src/index.js";
import { dataDir, normalizeFileOptions } from "../src/options.js";
import { temporaryDirectory } from "./support/playground.js";

test("dataDir returns what the options name as it is written, and its default otherwise", () => {
  expect(dataDir({})).toBe("beam_agent_data");
  expect(dataDir()).toBe("beam_agent_data");
  expect(dataDir({ dataDir: "here/../there" })).toBe("here/../there");
});

test("a relative dataDir is resolved when the domain is configured: a later chdir changes nothing", () => {
  const home = temporaryDirectory();
  const elsewhere = temporaryDirectory();
  const before = process.cwd();
  onTestFinished(() => process.chdir(before));
  process.chdir(home);
  const store = createStore({ adapter: fileAdapter, options: { dataDir: "data" } });
  onTestFinished(() => store.close());
  process.chdir(elsewhere);
  expect(store.domainConfig("d").options).toMatchObject({
    dataDir: join(realpathSync(home), "data"),
  });
  store.ensureTable("d", "t");
  expect(readdirSync(home)).toEqual(["data"]);
  expect(readdirSync(elsewhere)).toEqual([]);
});

test("what isn't given, or is undefined, gets its default", () => {
  const expected = {
    dataDir: resolve("beam_agent_data"),
    autoSave: 30_000,
    ramFile: false,
    atomicCounters: false,
    repair: true,
    cacheBytes: 2 ** 24,
    lockTimeout: 0,
    readOnly: false,
  };
  expect(normalizeFileOptions({})).toEqual(expected);
  const given = { dataDir: undefined, autoSave: 0, repair: undefined } as object;
  expect(normalizeFileOptions(given)).toEqual({ ...expected, autoSave: 0 });
});
