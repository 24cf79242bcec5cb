import type { FileSystem } from "./file-system.js";
import type { Host } from "./host.js";

/** All that the engine touches outside of itself. */
export interface Environment {
  readonly fileSystem: FileSystem;
  readonly host: Host;
  /** How an owner shows that it lives. Default: proper-lockfile. */
  readonly createHeartbeat?: CreateHeartbeat;
}

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
 * @param directory whose time of modification is the heartbeat, which makes and removes it
 * @param beat sets that time; called from {@link Heartbeat.renew}, and then every now and then. When it throws it is
 * called again, sooner or later.
 */
export type CreateHeartbeat = (
  environment: Environment,
  directory: string,
  beat: () => void,
) => Heartbeat;
