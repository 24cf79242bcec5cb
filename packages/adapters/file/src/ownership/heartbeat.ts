/** Milliseconds. An owner whose heartbeat is older may be taken for dead. */
export const STALE_AFTER = 10_000;

/** Milliseconds from one heartbeat to the next. */
export const BEAT_EVERY = 2_500;

/** The directory, in that of an epoch, whose time of modification is the heartbeat. */
export const LOCK = "lock";
