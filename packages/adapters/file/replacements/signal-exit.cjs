/**
 * In place of signal-exit, which would listen to 18 signals and wrap functions of `process`, so that proper-lockfile
 * removes its directories at the end. They may stay: whether an owner lives is told by its process and its heartbeat, not
 * by whether its directory is there.
 */
module.exports = () => {};
