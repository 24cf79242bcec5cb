import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { inspect } from "node:util";
import type { Adapter } from "@store/core";
import { openTable } from "./snapshot-table.js";
import { makeDirectory } from "./whole-file.js";

export interface SnapshotOptions {
  /** The directory of the table files; made if missing. */
  readonly directory: string;
}

/** Durable tables, each in one file that every write replaces as a whole. */
export const snapshotAdapter: Adapter<SnapshotOptions, "sync", SnapshotOptions> = {
  name: "snapshot",
  mode: "sync",
  contractVersion: 1,
  capabilities: { durable: true, ordered: true, bags: true, shared: false, serializes: true },

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
    return {
      openTable: (name, type) => openTable(join(directory, fileName(name)), type, toolkit),
      close() {},
    };
  },
};

/**
 * A file name for any table name: readable at its beginning, and different for different names also where the file
 * system ignores case, has reserved names or limits their length.
 */
function fileName(table: string): string {
  const readable = table
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .slice(0, 32);
  // In UTF-8 all lone surrogates would be the same.
  const exact = createHash("sha256").update(table, "utf16le").digest("hex");
  return `${readable}-${exact}.table`;
}
