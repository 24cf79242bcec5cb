import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { isLong } from "../../../../tooling/long.js";
import { moduleOf } from "../processes/process-options.js";

const KIT = new URL("../../dist/index.js", import.meta.url).href;

/** Those that store values of all kinds; all of them: `npm run test:long`. */
const SUITES = isLong ? [""] : ["values", "what can't be stored", "equality"];

test("without SharedArrayBuffer, as in a page that isn't isolated, the kit passes", async () => {
  const program = moduleOf(`
    delete globalThis.SharedArrayBuffer;
    const { conformance } = await import(${JSON.stringify(KIT)});
    const { minimalAdapter } = await import("./minimal-adapter.js");
    const tests = [];
    const suites = ${JSON.stringify(SUITES)};
    const describe = (name, define) => {
      if (suites.some((suite) => name.startsWith(suite))) define();
    };
    const test = (title, run) => tests.push({ title, run });
    conformance({ describe, test }, { createAdapter: () => minimalAdapter(), runs: 1 });
    for (const { title, run } of tests) {
      await run().catch((error) => console.log(title, error));
    }
    console.log(typeof SharedArrayBuffer, tests.length > 70);
  `);
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  expect(stdout).toBe("undefined true\n");
});
