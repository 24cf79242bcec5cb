import { join, resolve } from "node:path";
import { inspect } from "node:util";
import type { Adapter } from "@store/core";
import { SnapshotBackend } from "./snapshot-backend.js";
import { makeDirectory } from "./whole-file.js";

export interface SnapshotOptions {
  /** The directory of the file that holds the tables; made if missing. */
  readonly directory: string;
}

/** Durable tables, all in one file that every write replaces as a whole: so a batch is one write, too. */
export const snapshotAdapter: Adapter<SnapshotOptions, "sync", SnapshotOptions> = {
  name: "snapshot",
  mode: "sync",
  contractVersion: 2,
  capabilities: {
    durable: true,
    ordered: true,
    bags: true,
    shared: false,
    serializes: true,
    batches: true,
    expiry: false,
  },

  normalizeOptions({ directory, ...others }) {
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw new TypeError(`there is no option ${inspect(unknown)}`);
    if (typeof directory !== "string" || directory === "") {
      throw new TypeError(`directory must be a string, not empty; got ${inspect(directory)}`);
    }
    return { directory: resolve(directory) };
  },

  open({ directory }, toolkit) {
    makeDirectory(directory);
    return new SnapshotBackend(join(directory, "tables.snapshot"), toolkit);
  },
};
