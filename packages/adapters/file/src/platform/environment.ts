import type { CreateHeartbeat } from "../ownership/heartbeat.js";
import type { FileSystem } from "./file-system.js";
import type { Host } from "./host.js";

/** All that the engine touches outside of itself. */
export interface Environment {
  readonly fileSystem: FileSystem;
  readonly host: Host;
  /** How an owner shows that it lives. Default: proper-lockfile. */
  readonly createHeartbeat?: CreateHeartbeat;
}
