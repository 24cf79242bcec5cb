import type { Environment } from "../platform/environment.js";

/** Milliseconds. An owner whose heartbeat is older may be taken for dead. */
export const STALE_AFTER = 10_000;

/** Milliseconds from one heartbeat to the next. */
export const BEAT_EVERY = 2_500;

/** The directory, in that of an epoch, whose time of modification is the heartbeat. */
export const LOCK = "lock";

/** Lets an owner beat, for as long as its event loop turns. */
export interface Heartbeat {
  /** Beats now. Begins with it, or begins anew after somebody removed the directory. Throws what the beat throws. */
  renew(): void;
  /** Ends, and removes the directory. Does nothing the second time. */
  stop(): void;
  /** Ends, and leaves the directory as it is. */
  abandon(): void;
}

/**
 * Makes a heartbeat that hasn't begun.
 *
 * @param directory the {@link LOCK} directory, which the heartbeat makes and removes
 * @param beat sets the time of that directory; called from {@link Heartbeat.renew}, and then every {@link BEAT_EVERY}.
 * When it throws it is called again, sooner or later.
 */
export type CreateHeartbeat = (
  environment: Environment,
  directory: string,
  beat: () => void,
) => Heartbeat;
