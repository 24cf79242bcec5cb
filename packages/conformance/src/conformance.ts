import { AssertionError } from "node:assert/strict";
import { types } from "node:util";
import type { Mode } from "@store/core";
import { shownError } from "./assertion.js";
import type { ConformanceOptions, Created, TestRunner } from "./options.js";
import { Scene } from "./scene.js";
import { show } from "./show.js";
import { fulfils, hasType, type TestDefiner } from "./suite.js";
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
  const settled = settle(options as unknown as ConformanceOptions);
  for (const suite of SUITES) {
    runner.describe(`${suite.name} (${suite.heading})`, () => {
      suite.define(definerOf(runner, settled));
    });
  }
}

function settle(options: ConformanceOptions): ConformanceOptions {
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
        inEachColour(options, async (scene) => {
          if (fulfils(scene.capabilities, needs)) await run(scene);
        }),
      );
    },
    eachType(title, tableTypes, run, ...needs) {
      for (const type of tableTypes) {
        const titled = tableTypes.length > 1 ? `${title} (${type})` : title;
        definer.test(
          titled,
          async (scene) => {
            if (hasType(scene.capabilities, type)) await run(await scene.table(type), scene, type);
          },
          ...needs,
        );
      }
    },
    withProcesses(title, run, ...needs) {
      definer.test(
        title,
        async (scene) => {
          const { processes } = scene.options;
          if (processes === undefined || scene.mode !== scene.adapter.mode) return;
          await run(scene, processes);
        },
        ...needs,
      );
    },
  };
  return definer;
}

/** Runs a test in the adapter's own mode, then that of a sync adapter in an async store, each in a place of its own. */
async function inEachColour(
  options: ConformanceOptions,
  run: (scene: Scene) => Promise<void>,
): Promise<void> {
  const runs = options.runs ?? DEFAULT_RUNS;
  const mode = await inColour(options, runs, undefined, run);
  // Core's part is the same for both colours: fewer runs will do.
  if (mode === "sync") await inColour(options, Math.ceil(runs / 3), "async", run);
}

async function inColour(
  options: ConformanceOptions,
  runs: number,
  mode: Mode | undefined,
  run: (scene: Scene) => Promise<void>,
): Promise<Mode> {
  const scene = await Scene.begin(options, runs, mode);
  let failure: { readonly error: unknown } | undefined;
  try {
    await run(scene);
  } catch (error) {
    failure = { error };
  }
  try {
    await scene.end();
  } catch (error) {
    failure ??= { error: new AssertionError({ message: `closing failed: ${shownError(error)}` }) };
  }
  if (failure !== undefined) throw located(failure.error, scene);
  return scene.adapter.mode;
}

/** The failure, which says in which kind of store it happened. */
function located(error: unknown, { adapter, mode }: Scene): unknown {
  if (!types.isNativeError(error)) return error;
  const { message, stack } = error;
  error.message = `${message}\n(adapter ${show(adapter.name)} in a store of mode "${mode}")`;
  // Some runners print the stack, which has kept the message of when the error was made.
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
  return error;
}
