/**
 * What the test file of each runner runs: the suites of the kit that are about values, over memory and over files, and the
 * exchange of values with plain Node.
 */
const { mkdtempSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { same, values } = require("./values.cjs");

/** How the suites of the kit begin that store values, compare them and read them again. */
const SUITES = [
  "keys",
  "values",
  "what can't",
  "equality",
  "isolation",
  "durable: after the store",
  "migrate",
];

/**
 * @param {any} runner `describe` and `test`
 * @param {any} packages core, memory, file and conformance, as the runner loads them
 */
function realmTests({ describe, test }, { core, memory, file, conformance }) {
  const { STORE_WRITTEN, STORE_TO_READ } = process.env;
  const ofValues = {
    test,
    /** @param {string} name @param {() => void} define */
    describe(name, define) {
      if (SUITES.some((suite) => name.startsWith(suite))) describe(name, define);
    },
  };

  test("what plain Node wrote is read here", () => {
    const store = core.createStore({
      adapter: file.fileAdapter,
      options: { dataDir: STORE_TO_READ },
    });
    const table = store.ensureTable("d", "values");
    for (const [name, value] of Object.entries(values())) same(table.lookup(name), [[name, value]]);
    store.close();
  });

  test("what is written here is there for plain Node", () => {
    const store = core.createStore({
      adapter: file.fileAdapter,
      options: { dataDir: STORE_WRITTEN },
    });
    store.ensureTable("d", "values").insertMany(Object.entries(values()));
    store.close();
  });

  describe("memory", () => {
    conformance(ofValues, {
      createAdapter: () => memory.memoryAdapter,
      runs: 5,
      timeoutMs: 60_000,
    });
  });

  describe("file", () => {
    conformance(ofValues, {
      createAdapter: () => ({
        adapter: file.fileAdapter,
        options: { dataDir: mkdtempSync(join(tmpdir(), "store-realms-")) },
      }),
      /** @param {any} created */
      cleanup: ({ options }) => rmSync(options.dataDir, { recursive: true }),
      reference: memory.memoryAdapter,
      runs: 2,
      timeoutMs: 60_000,
    });
  });
}

module.exports = { realmTests };
