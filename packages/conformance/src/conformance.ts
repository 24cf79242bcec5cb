import { AssertionError } from "node:assert/strict";
import { types } from "node:util";
import type { Mode } from "@store/core";
import { shownError } from "./assertions/assertion.js";
import { show } from "./assertions/show.js";
import type { ConformanceOptions, Created, TestRunner } from "./backend/options.js";
import { fulfils, hasType, type Suite, type TestDefiner } from "./harness/suite.js";
import { TestContext } from "./harness/test-context.js";
import { SUITES } from "./suites/all.js";

const DEFAULT_RUNS = 60;
/** How much of a test's time the kit waits for a process, so that its message comes before the runner's. */
const PROCESS_SHARE = 0.8;

/**
 * Defines the tests that every adapter passes, with the given runner's `describe` and `test`. What an adapter declares
 * not to have is skipped: such a test passes without doing anything.
 */
export function conformance<C extends Created>(
  runner: TestRunner,
  options: ConformanceOptions<C>,
): void {
  const completed = withDefaults(options as unknown as ConformanceOptions);
  for (const suite of SUITES) {
    runner.describe(`${suite.name} (${suite.heading})`, () => {
      suite.define(definerOf(runner, suite, completed));
    });
  }
}

function withDefaults(options: ConformanceOptions): ConformanceOptions {
  const { runs = DEFAULT_RUNS, seed = (Math.random() * 2 ** 31) | 0 } = options;
  if (typeof options.createAdapter !== "function") {
    throw new TypeError("conformance needs createAdapter, a function that returns an adapter");
  }
  const { processes, timeoutMs } = options;
  return {
    ...options,
    ...(processes === undefined || timeoutMs === undefined
      ? {}
      : {
          processes: { ...processes, timeoutMs: processes.timeoutMs ?? timeoutMs * PROCESS_SHARE },
        }),
    createAdapter: () => options.createAdapter(),
    cleanup: (created) => options.cleanup?.(created),
    runs,
    seed,
  };
}

function definerOf(runner: TestRunner, suite: Suite, options: ConformanceOptions): TestDefiner {
  const { timeoutMs } = options;
  const limit: [timeoutMs?: number] = timeoutMs === undefined ? [] : [timeoutMs];
  const definer: TestDefiner = {
    test(title, run, ...needs) {
      const runInEachMode = () =>
        inEachMode(options, suite, async (context) => {
          if (fulfils(context.capabilities, needs)) await run(context);
        });
      runner.test(title, runInEachMode, ...limit);
    },
    eachType(title, tableTypes, run, ...needs) {
      for (const type of tableTypes) {
        const titled = tableTypes.length > 1 ? `${title} (${type})` : title;
        definer.test(
          titled,
          async (context) => {
            if (hasType(context.capabilities, type))
              await run(await context.table(type), context, type);
          },
          ...needs,
        );
      }
    },
    withProcesses(title, run, ...needs) {
      definer.test(
        title,
        async (context) => {
          const { processes } = context.options;
          if (processes === undefined || context.mode !== context.adapter.mode) return;
          await run(context, processes);
        },
        ...needs,
      );
    },
  };
  return definer;
}

/** Runs a test in the adapter's own mode, and for a sync adapter also in an async store, each time on a new backend. */
async function inEachMode(
  options: ConformanceOptions,
  suite: Suite,
  run: (context: TestContext) => Promise<void>,
): Promise<void> {
  const runs = options.runs ?? DEFAULT_RUNS;
  const mode = await runTest(await TestContext.begin(options, runs), suite, run);
  if (mode === "async") return;
  // Core's part is the same for both modes: fewer runs will do.
  await runTest(await TestContext.begin(options, Math.ceil(runs / 3), "async"), suite, run);
}

async function runTest(
  context: TestContext,
  suite: Suite,
  run: (context: TestContext) => Promise<void>,
): Promise<Mode> {
  let failure: { readonly error: unknown } | undefined;
  try {
    await run(context);
  } catch (error) {
    failure = { error };
  }
  try {
    await context.end();
  } catch (error) {
    failure ??= { error: new AssertionError({ message: `closing failed: ${shownError(error)}` }) };
  }
  if (failure !== undefined) throw located(failure.error, context, suite);
  return context.adapter.mode;
}

/** Adds to a failure in which mode of store it happened, and what to look at. */
function located(error: unknown, { adapter, mode }: TestContext, { lookAt }: Suite): unknown {
  if (!types.isNativeError(error)) return error;
  const { message, stack } = error;
  error.message = [
    message,
    `Look at: ${lookAt}.`,
    `(adapter ${show(adapter.name)} in a store of mode "${mode}")`,
  ].join("\n");
  // Some runners print the stack, which has kept the message of when the error was made.
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
  return error;
}
