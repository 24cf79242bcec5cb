/*
 * In place of the global timers and `Date` in what is built: as they are when the package is loaded. A test library that fakes
 * them later would stop the heartbeats of proper-lockfile.
 */
const { setTimeout, clearTimeout, Date: SystemDate } = globalThis;

export { clearTimeout, SystemDate as Date, setTimeout };
