/*
 * In place of the global timers and `Date` in what is built: as they are when the package is loaded. A test library that fakes
 * them later would stop the heartbeats of proper-lockfile.
 */
export const setTimeout = globalThis.setTimeout;
export const clearTimeout = globalThis.clearTimeout;
export const Date = globalThis.Date;
