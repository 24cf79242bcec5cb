import type { Adapter, Toolkit } from "@store/core";
import { FileBackend } from "./file-backend.js";
import { type FileOptions, type NormalizedFileOptions, normalizeFileOptions } from "./options.js";
import type { Environment } from "./platform/environment.js";
import { nodeFileSystem } from "./platform/node-file-system.js";
import { nodeHost } from "./platform/node-host.js";

/** The type of {@link fileAdapter}. */
export type FileAdapter = Adapter<FileOptions, "sync", NormalizedFileOptions>;

/** An adapter that keeps its tables in the files of an environment. */
export function createFileAdapter(environment: Environment): FileAdapter {
  return Object.freeze({
    name: "file",
    mode: "sync" as const,
    contractVersion: 2 as const,
    capabilities: Object.freeze({
      durable: true,
      ordered: true,
      bags: true,
      shared: false,
      serializes: true,
      batches: false,
      expiry: false,
    }),
    normalizeOptions: normalizeFileOptions,
    open: (options: NormalizedFileOptions, toolkit: Toolkit) =>
      new FileBackend(environment, options, toolkit),
  });
}

/**
 * Durable tables, as in DETS: each in files of its own, all four types, ordered_set in key order. A write that has
 * returned survives the death of the process; one that was followed by a `sync`, or an `autoSave`, the loss of power.
 */
export const fileAdapter: FileAdapter = createFileAdapter({
  fileSystem: nodeFileSystem,
  host: nodeHost,
});
