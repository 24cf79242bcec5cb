import type { AnySetup } from "./benchmark.js";
import { BENCHMARKS } from "./benchmarks/benchmarks.js";

/** The engine that is called so. */
export function setupTitled(title: string): AnySetup {
  const setups = BENCHMARKS.flatMap(({ engines }) => engines);
  const found = setups.find((setup) => setup.title === title);
  if (found === undefined) throw new RangeError(`there is no engine ${title}`);
  return found;
}
