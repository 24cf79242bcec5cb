import { createRequire } from "node:module";
import { afterAll, beforeEach, describe } from "vitest";
import { type LevelTable, StoreLevel } from "../src/index.js";
import { file, memory, sqlite } from "./support/backends.js";
import { tapTest } from "./support/tap.js";

const TABLES_OF_A_TEST = 10;

interface SuiteOptions {
  test: typeof tapTest;
  factory(options?: object): unknown;
}

const suite: (options: SuiteOptions) => void = createRequire(import.meta.url)(
  "abstract-level/test",
);

for (const backend of [memory, file, sqlite]) {
  for (const mode of ["sync", "async"] as const) {
    const title = `abstract-level's suite over ${backend.name}, ${mode}`;
    describe.skipIf(!backend.isThere)(title, async () => {
      const { newTable, close } = (backend.isThere ? backend : memory).open(mode);
      afterAll(close);
      // The suite makes its databases synchronously.
      const tables: LevelTable[] = [];
      const open = async () => {
        while (tables.length < TABLES_OF_A_TEST) tables.push(await newTable());
      };
      await open();
      beforeEach(open);

      suite({
        test: tapTest,
        factory: (options) => {
          const table = tables.pop();
          if (table === undefined) throw new Error("a test makes more databases than thought");
          return new StoreLevel(table, options);
        },
      });
    });
  }
}
