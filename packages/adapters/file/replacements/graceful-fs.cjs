/**
 * In place of graceful-fs, which would wrap functions of `fs` and `process` for the whole program. proper-lockfile works
 * on the file system that it is handed (src/ownership/lockfile.ts), and asks this one for nothing.
 */
module.exports = {};
