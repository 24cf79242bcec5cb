import type { Scan } from "../adapter/adapter-table.js";
import type { Mode, ResultIterator } from "../adapter/mode.js";
import { settledScan } from "../adapter/steps.js";
import { locate, STACK_OVERFLOW } from "../errors/errors.js";
import type { CallSite } from "./call.js";

/** What an iterating call goes through, checked and ready. */
export interface Course<T> {
  readonly scan: Scan<Mode, T>;
  /** How many to return at most. */
  readonly limit: number;
  /** What the user gets for what the adapter returned. */
  release(value: T): T;
}

/**
 * An iterating call in the mode of its store. The arguments are checked when the call is made; an async store tells of
 * a bad one at the first step, as a rejection.
 */
export function iterate<M extends Mode, T>(
  site: CallSite,
  mode: M,
  operation: string,
  prepare: () => Course<T>,
): ResultIterator<M, T> {
  let iterator: unknown;
  try {
    site.checkOpen();
    const course = prepare();
    iterator = (mode === "sync" ? syncSteps : asyncSteps)(site, operation, course);
  } catch (error) {
    let failure = STACK_OVERFLOW;
    try {
      failure = locate(site.describe(operation, []), error);
    } catch {}
    if (mode === "sync") throw failure;
    iterator = failing(failure);
  }
  return iterator as ResultIterator<M, T>;
}

function* syncSteps<T>(
  site: CallSite,
  operation: string,
  course: Course<T>,
): Generator<T, undefined> {
  let left = course.limit;
  try {
    if (left === 0) return;
    site.checkOpen();
    for (const value of settledScan(course.scan as Iterable<T>)) {
      yield course.release(value);
      if (--left === 0) return;
      site.checkOpen();
    }
  } catch (error) {
    let failure = STACK_OVERFLOW;
    try {
      failure = locate(site.describe(operation, []), error);
    } catch {}
    throw failure;
  }
}

async function* asyncSteps<T>(
  site: CallSite,
  operation: string,
  course: Course<T>,
): AsyncGenerator<T, undefined> {
  let left = course.limit;
  try {
    if (left === 0) return;
    site.checkOpen();
    for await (const value of course.scan) {
      const turn = site.turns.due();
      if (turn !== undefined) await turn;
      yield course.release(value);
      if (--left === 0) return;
      site.checkOpen();
    }
  } catch (error) {
    let failure = STACK_OVERFLOW;
    try {
      failure = locate(site.describe(operation, []), error);
    } catch {}
    throw failure;
  }
}

/**
 * Visits what a scan comes by, in an async store: other work gets its turn meanwhile.
 * @param mode the adapter's
 */
export async function visitInTurns<T>(
  site: CallSite,
  mode: Mode,
  scan: Scan<Mode, T>,
  visit: (value: T) => void,
): Promise<void> {
  const { turns } = site;
  let visits = 1;
  let left = visits;
  if (mode === "sync") {
    for (const value of settledScan(scan as Iterable<T>)) {
      visit(value);
      if (--left === 0) {
        const turn = turns.due(true);
        if (turn !== undefined) await openAfter(turn);
        visits = turns.visits(visits);
        left = visits;
      }
    }
  } else {
    for await (const value of scan) {
      visit(value);
      const turn = turns.due();
      if (turn !== undefined) await openAfter(turn);
    }
  }

  /** Somebody may have closed the table in a turn. */
  async function openAfter(turn: Promise<void>): Promise<void> {
    await turn;
    site.checkOpen();
  }
}

// biome-ignore lint/correctness/useYield: the first step of an async iterator is where it fails
async function* failing(error: Error): AsyncGenerator<never, undefined> {
  throw error;
}
