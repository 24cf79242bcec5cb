import { AssertionError } from "node:assert/strict";
import { types } from "node:util";
import type { Mode } from "@store/core";
import { shownError } from "./assertions/assertion.js";
import { show } from "./assertions/show.js";
import type { ConformanceOptions, Created, TestRunner } from "./backend/options.js";
import { fulfils, hasType, type TestDefiner } from "./harness/suite.js";
import { TestContext } from "./harness/test-context.js";
import { SUITES } from "./suites/all.js";

const DEFAULT_RUNS = 60;

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
      suite.define(definerOf(runner, completed));
    });
  }
}

function withDefaults(options: ConformanceOptions): ConformanceOptions {
  const { runs = DEFAULT_RUNS, seed = (Math.random() * 2 ** 31) | 0 } = options;
  if (typeof options.createAdapter !== "function") {
    throw new TypeError("conformance needs createAdapter, a function that returns an adapter");
  }
  return {
    ...options,
    createAdapter: () => options.createAdapter(),
    cleanup: (created) => options.cleanup?.(created),
    runs,
    seed,
  };
}

function definerOf(runner: TestRunner, options: ConformanceOptions): TestDefiner {
  const definer: TestDefiner = {
    test(title, run, ...needs) {
      runner.test(title, () =>
        inEachMode(options, async (context) => {
          if (fulfils(context.capabilities, needs)) await run(context);
        }),
      );
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
  run: (context: TestContext) => Promise<void>,
): Promise<void> {
  const runs = options.runs ?? DEFAULT_RUNS;
  const mode = await inMode(options, runs, undefined, run);
  // Core's part is the same for both modes: fewer runs will do.
  if (mode === "sync") await inMode(options, Math.ceil(runs / 3), "async", run);
}

async function inMode(
  options: ConformanceOptions,
  runs: number,
  mode: Mode | undefined,
  run: (context: TestContext) => Promise<void>,
): Promise<Mode> {
  const context = await TestContext.begin(options, runs, mode);
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
  if (failure !== undefined) throw located(failure.error, context);
  return context.adapter.mode;
}

/** Adds to a failure in which mode of store it happened. */
function located(error: unknown, { adapter, mode }: TestContext): unknown {
  if (!types.isNativeError(error)) return error;
  const { message, stack } = error;
  error.message = `${message}\n(adapter ${show(adapter.name)} in a store of mode "${mode}")`;
  // Some runners print the stack, which has kept the message of when the error was made.
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
  return error;
}
