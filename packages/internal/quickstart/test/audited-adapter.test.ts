import { createStore } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { expect, onTestFinished, test } from "vitest";
import { saveArtifacts } from "../src/atlas/artifacts.js";
import { auditedAdapter } from "../src/audited-adapter.js";
import { byPopulation, importSlice } from "./support/slice.js";

function auditedStore() {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const store = createStore({ adapter: auditedAdapter, options: { log } });
  onTestFinished(() => store.close());
  return { store, lines };
}

test("every write is reported, whichever operation makes it", () => {
  const { store, lines } = auditedStore();
  const table = store.ensureTable<[name: string, n: number]>("d", "t");

  table.insert(["a", 1]);
  table.insertMany([
    ["b", 1],
    ["c", 1],
  ]);
  table.updateCounter("a", 1);
  table.replace(["a", 2], ["a", 3]);
  table.take("b");
  table.matchDelete(["c", 1]);
  table.deleteAllObjects();

  expect(lines).toEqual([
    "t: insert 'a'",
    "t: insert 'b'",
    "t: insert 'c'",
    "t: insert 'a'",
    "t: insert 'a'",
    "t: delete 'b'",
    "t: delete an object of 'c'",
    "t: delete everything",
  ]);
});

test("reading and refused writes are not reported", () => {
  const { store, lines } = auditedStore();
  const table = store.ensureTable<[name: string, n: number]>("d", "t", { type: "ordered_set" });
  table.insert(["a", 1]);
  lines.length = 0;

  table.insertNew(["a", 2]);
  table.replace(["a", 2], ["a", 3]);
  expect([...table.records({ reverse: true })]).toEqual([["a", 1]]);
  expect(table.next("A")).toBe("a");
  expect(lines).toEqual([]);
});

test("options without a log are refused", () => {
  const options = JSON.parse(`{ "log": "console" }`);
  expect(() => createStore({ adapter: auditedAdapter, options })).toThrow(
    expect.objectContaining({
      code: "STORE_INVALID_OPTIONS",
      message: expect.stringContaining("log is a function; got string"),
    }),
  );
});

test("saveArtifacts keeps the same in either adapter", () => {
  const { store, tables, run } = importSlice();
  const inMemory = [...saveArtifacts(store, tables, run.id).records()];

  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  store.configureDomain("artifacts", { adapter: auditedAdapter, options: { log } });
  const audited = saveArtifacts(store, tables, run.id);

  expect([...audited.records()]).toEqual(inMemory);
  expect(audited.info().adapter).toBe("audited");
  expect(lines).toHaveLength(2);
  expect(store.adapterModule("runs")).toBe(memoryAdapter);

  const [largest] = audited.lookup(["import-1", "largest.csv"]);
  const expected = byPopulation.toReversed().slice(0, 100);
  expect(largest?.[1]).toBe(expected.map((c) => `${c.name},${c.population}\n`).join(""));
});
