import { dirname } from "node:path";
import { lockSync } from "proper-lockfile";
import type { CreateHeartbeat, Environment, Heartbeat } from "../platform/environment.js";
import type { FileSystem } from "../platform/file-system.js";
import { BEAT_EVERY, STALE_AFTER } from "./heartbeat.js";

/**
 * The heartbeat of proper-lockfile, by its timers. The library is built into the package without what would change the
 * process (replacements/): at the end of the process the directory stays.
 *
 * Whose lock it is says the epoch, never the directory and its time: what the library would do with a lock that isn't
 * its own, taking a stale one over or giving up one that someone else touched, is not asked for.
 */
export class Lockfile implements Heartbeat {
  readonly #fileSystem: FileSystem;
  readonly #directory: string;
  readonly #beat: () => void;
  /** Ends the lock that is held. */
  #unlock: (() => void) | undefined;
  #isAbandoned = false;

  constructor(environment: Environment, directory: string, beat: () => void) {
    this.#fileSystem = environment.fileSystem;
    this.#directory = directory;
    this.#beat = beat;
  }

  renew(): void {
    if (this.#unlock !== undefined) {
      if (this.#fileSystem.status(this.#directory) !== undefined) {
        this.#beat();
        return;
      }
      this.stop();
    }
    this.#isAbandoned = false;
    this.#unlock = this.#lock();
    // The first beat may have found that there is nothing to beat for any more.
    if (this.#isAbandoned) this.stop();
  }

  stop(): void {
    const unlock = this.#unlock;
    this.#unlock = undefined;
    unlock?.();
  }

  abandon(): void {
    this.#isAbandoned = true;
    this.stop();
  }

  #lock(): () => void {
    return lockSync(dirname(this.#directory), {
      lockfilePath: this.#directory,
      realpath: false,
      stale: STALE_AFTER,
      update: BEAT_EVERY,
      fs: this.#callsOfLibrary(),
      // It has given up: the directory is gone, or couldn't be touched for too long.
      onCompromised: () => {
        this.#unlock = undefined;
      },
    });
  }

  /** What the library calls. It copies them, so they are its own properties. */
  #callsOfLibrary() {
    /** The time that the library has set, and gets to see. A directory that it finds has none of its own: it is stale. */
    let mtime = new Date(0);
    return {
      mkdirSync: (path: string) => this.#fileSystem.makeDirectory(path),
      rmdirSync: (path: string) => {
        if (!this.#isAbandoned) this.#fileSystem.removeDirectory(path);
      },
      statSync: (path: string) => {
        if (this.#fileSystem.status(path) !== undefined) return { mtime };
        throw Object.assign(new Error("the lock directory is gone"), { code: "ENOENT" });
      },
      utimesSync: (_path: string, _atime: Date, time: Date) => {
        this.#beat();
        mtime = time;
      },
    };
  }
}

export const createLockfile: CreateHeartbeat = (environment, directory, beat) =>
  new Lockfile(environment, directory, beat);
