import type { Adapter } from "@store/core";
import { holds } from "./assertion.js";
import type { ConformanceOptions, Created, Place } from "./options.js";
import { show } from "./show.js";

/** A place that `createAdapter` made, and what removes it. */
export interface MadePlace {
  readonly place: Place;
  cleanup(): unknown;
}

/** Calls the kit user's factory, and says what is wrong with what it returns. */
export async function makePlace(options: ConformanceOptions): Promise<MadePlace> {
  const created = await options.createAdapter();
  const place = placeOf(created);
  return { place, cleanup: () => options.cleanup?.(created) };
}

/** The two forms of what a factory returns, as one. */
export function placeOf(created: Created): Place {
  const isPlace = typeof created === "object" && created !== null && "adapter" in created;
  const place = isPlace ? (created as Place) : { adapter: created as Adapter };
  holds(
    typeof place.adapter === "object" && place.adapter !== null,
    `createAdapter must return an adapter, or { adapter, options }; it returned ${show(created)}`,
  );
  // Whatever else `cleanup` needs may stand beside the two.
  const { adapter, options } = place;
  return options === undefined ? { adapter } : { adapter, options };
}
