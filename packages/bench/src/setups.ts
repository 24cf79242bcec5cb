import type { AnySetup } from "./work.js";
import { WORKS } from "./works/works.js";

/** The contender that is called so. */
export function setupTitled(title: string): AnySetup {
  const setups = WORKS.flatMap(({ contenders }) => contenders);
  const found = setups.find((setup) => setup.title === title);
  if (found === undefined) throw new RangeError(`there is no contender ${title}`);
  return found;
}
