import { MAX_DEPTH } from "./key.js";
import { MANY_PARTS, MAX_PARTS, measureParts } from "./size.js";

/** Thrown where there are too many parts. */
export const tooLarge = new Error("too many parts");

/** What is known of a copy that is under way. */
class CopyState {
  /** Whether a part was copied that stays mutable when frozen. */
  sawMutable = false;
  /** How many parts were copied, as {@link MAX_PARTS} counts. */
  parts = 0;
  /** As many as there may be before somebody looks how many there will be. */
  ceiling = MANY_PARTS;
  /** All that is copied. */
  whole: unknown;

  begin(whole: unknown, parts: number): void {
    this.sawMutable = false;
    this.parts = parts;
    this.ceiling = MANY_PARTS;
    this.whole = whole;
  }
}

// No argument, and one for all copies, for this is on the path of each write. But a getter may write a record of its own
// meanwhile: the copy of that one has another.
const common = new CopyState();
export let state = common;
let isCopying = false;

/** Begins a copy; returns what {@link leave} needs to go on with the one around it. */
export function enter(whole: unknown, parts: number): CopyState | undefined {
  const outer = isCopying ? state : undefined;
  const next = isCopying ? new CopyState() : common;
  // Near the end of the stack this call may fail: then the copy around it, if there is one, still has its state.
  next.begin(whole, parts);
  state = next;
  isCopying = true;
  return outer;
}

/** Ends what {@link enter} began; it takes no more of the stack. */
export function leave(outer: CopyState | undefined): void {
  // Nobody else may hold what the user has given.
  state.whole = undefined;
  isCopying = outer !== undefined;
  state = outer ?? common;
}

/** Counts parts that were copied, and throws {@link tooLarge} where there are, or will be, too many. */
export function count(parts: number): void {
  state.parts += parts;
  if (state.parts > state.ceiling) checkParts();
}

/**
 * A value of shared parts would be copied for seconds before there are too many: so the whole is measured, again and
 * again, but each time no more of it than a fraction of what was copied.
 */
function checkParts(): void {
  const { whole, parts } = state;
  if (parts > MAX_PARTS) throw tooLarge;
  while (state.ceiling < parts) state.ceiling *= 4;
  const measured = measureParts(whole, MAX_DEPTH, parts >>> 3);
  if (measured !== undefined && measured > MAX_PARTS) throw tooLarge;
}
