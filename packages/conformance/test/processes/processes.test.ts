import { execFile } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { kitPart } from "../../../../tooling/kit-runner.js";
import { isLong, partOf } from "../../../../tooling/long.js";
import { type AdapterProcesses, type ConformanceOptions, conformance } from "../../src/index.js";
import {
  right,
  rightAsync,
  rightJournal,
  rightJournalAsync,
  rightJournalLazy,
  rightJournalShared,
  rightLazy,
  rightShared,
} from "../adapters/ledgers.js";
import { firstFailure, type RecordedTest, RecordingRunner } from "../harness/recording-runner.js";
import { inProcesses, LEDGERS, moduleOf } from "./process-options.js";

/** The tests with processes. */
function testsOf(options: ConformanceOptions): RecordedTest[] {
  const runner = new RecordingRunner();
  conformance(runner, options);
  return runner.tests.filter(({ suite }) => suite.includes("process"));
}

/** What the first test that fails says. */
async function failureOf(processes: Partial<AdapterProcesses>): Promise<string> {
  const failure = await firstFailure(testsOf(inProcesses({ right }, processes)));
  return String(failure?.error);
}

describe("the tests with processes pass for an adapter", () => {
  const RIGHT: Readonly<Record<string, ConformanceOptions>> = {
    "whose writes survive a kill": inProcesses(
      { right },
      { survivesKill: "returned", exclusive: true },
    ),
    "that is async": inProcesses({ rightAsync }, { survivesKill: "returned", exclusive: true }),
    "that writes on sync": inProcesses({ rightLazy }, { exclusive: true }),
    "that is shared": inProcesses({ rightShared }, { survivesKill: "returned" }),
  };
  for (const [at, [title, options]] of Object.entries(RIGHT).entries()) {
    test(title, async () => {
      const failure = await firstFailure(kitPart(testsOf(options), 3, at));
      expect(failure, `${failure?.test.title}: ${failure?.error}`).toBeUndefined();
    });
  }
});

describe("the tests of batches and moments pass for a durable adapter", () => {
  const RIGHT: Readonly<Record<string, ConformanceOptions>> = {
    "whose writes survive a kill": inProcesses(
      { rightJournal },
      { survivesKill: "returned", exclusive: true },
    ),
    "that is async": inProcesses(
      { rightJournalAsync },
      { survivesKill: "returned", exclusive: true },
    ),
    "that writes on sync": inProcesses({ rightJournalLazy }, { exclusive: true }),
    "that is shared": inProcesses({ rightJournalShared }, { survivesKill: "returned" }),
  };
  const suites = [
    "batches at once",
    "setting and keeping moments",
    "moments of a bag",
    "durable: batches and moments",
    "several processes",
    "shared",
    ...(isLong ? ["batch", "conditions and errors of a batch", "expiry", "the first call"] : []),
  ];
  for (const [at, [title, options]] of Object.entries(RIGHT).entries()) {
    test(title, async () => {
      const runner = new RecordingRunner();
      conformance(runner, options);
      const tests = runner.tests.filter(({ suite }) =>
        suites.some((name) => suite.startsWith(name)),
      );
      const failure = await firstFailure(kitPart(tests, 3, at));
      expect(failure, `${failure?.test.title}: ${failure?.error}`).toBeUndefined();
    });
  }
});

test("without processes the tests with processes pass, and start none", async () => {
  const { processes, ...options } = inProcesses({ right });
  expect(processes).toBeDefined();
  expect(await firstFailure(testsOf(options))).toBeUndefined();
});

test("the CommonJS build starts processes", async () => {
  const program = `
    const { conformance } = require(${JSON.stringify(fileURLToPath(new URL("../../dist/index.cjs", import.meta.url)))});
    const { mkdtempSync, rmSync } = require("node:fs");
    const tests = [];
    const runner = { describe: (name, define) => define(), test: (title, run) => tests.push({ title, run }) };
    import(${JSON.stringify(pathToFileURL(LEDGERS))}).then(async ({ right: adapter }) => {
      conformance(runner, {
        createAdapter: () => ({ adapter, options: { directory: mkdtempSync(${JSON.stringify(LEDGERS)}) } }),
        cleanup: ({ options }) => rmSync(options.directory, { recursive: true }),
        processes: { module: ${JSON.stringify(LEDGERS)}, export: "right", exclusive: true, timeoutMs: 20_000 },
      });
      await tests.find(({ title }) => title.includes("until its owner is killed")).run();
      console.log("passed");
    });`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--eval", program]);
  expect(stdout).toBe("passed\n");
});

describe("a failure says", () => {
  test("that the module isn't there", async () => {
    const failure = await failureOf({ module: "no/such/module.js" });
    expect(failure).toContain(pathToFileURL("no/such/module.js").pathname);
    expect(failure).toContain("Cannot find module");
  });

  test("that it has no such export, and which it has", async () => {
    const failure = await failureOf({ export: "wrong" });
    expect(failure).toContain("has no export wrong; it has: ");
    expect(failure).toContain("rightLazy");
  });

  test("that the export is another adapter", async () => {
    const failure = await failureOf({
      module: moduleOf(`
        import { right } from "./ledgers.js";
        export default { ...right, name: "another" };`),
      export: "default",
    });
    expect(failure).toContain('is named "another"');
  });

  test("that the process ended, and what it had printed", async () => {
    const module = moduleOf('console.error("no license"); process.exit(3);');
    const failure = await failureOf({ module });
    expect(failure).toMatch(/asked for setUp\(.*\), ended \(exit code 3\) before it answered\./);
    expect(failure).toMatch(/\nIt printed: \nno license\n/);
  });

  test("that the process didn't answer in time; and it is killed", async () => {
    const module = moduleOf(`
      console.log("my pid is", process.pid);
      setInterval(() => {}, 1_000);
      await new Promise(() => {});`);
    const failure = await failureOf({ module, timeoutMs: 1_000 });
    expect(failure).toContain("didn't answer within 1000 ms (processes.timeoutMs)");
    const pid = Number(/my pid is (\d+)/.exec(failure)?.[1]);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  test("that writes are slow, and how slow", async () => {
    const module = moduleOf(`
      import { right } from "./ledgers.js";
      const slowly = (write) => (...args) => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
        return write(...args);
      };
      export default {
        ...right,
        open(options, toolkit) {
          const backend = right.open(options, toolkit);
          const openTable = (domain, name, type) => {
            const table = backend.openTable(domain, name, type);
            return { ...table, insertMany: slowly(table.insertMany) };
          };
          return { ...backend, openTable };
        },
      };`);
    const failure = await failureOf({ module, export: "default", timeoutMs: partOf(4_000, 8_000) });
    expect(failure).toContain('asked for runWorkload({ workload: "varied", from: 1, to: 69');
    expect(failure).toMatch(/ \d+ steps returned in that time, in \d+ ms each; /);
    expect(failure).toContain("Likely cause: writes are slow.");
    expect(failure).toContain("raise the option timeoutMs");
  });

  test("that createAdapter's options can't be sent", async () => {
    const options = {
      ...inProcesses({ right }),
      createAdapter: () => ({ adapter: right, options: { directory: "x", log: () => {} } }),
      cleanup: () => {},
    };
    const failure = await firstFailure(testsOf(options));
    expect(String(failure?.error)).toContain("can't be sent to another process");
  });
});

test("execArgv goes to Node", async () => {
  const module = moduleOf(`
    console.error("heap", ...process.execArgv);
    process.exit(1);`);
  expect(await failureOf({ module, execArgv: ["--no-warnings"] })).toContain("heap --no-warnings");
});
