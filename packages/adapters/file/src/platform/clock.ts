import { performance } from "node:perf_hooks";
import * as timers from "node:timers";

/*
 * As they are when this is loaded: a test library that fakes time later replaces the global `Date`, the methods of
 * `performance` and, for CommonJS, those of `node:timers`. An owner whose clocks stand still would look dead to others.
 */

/** Milliseconds since the epoch, by the clock of the system. */
export const systemTime: () => number = Date.now;

/** Milliseconds since some point. */
export const steadyTime: () => number = performance.now.bind(performance);

export const { setTimeout, clearTimeout, setImmediate, clearImmediate } = timers;
