import type { Adapter, Toolkit } from "@store/core";
import { type FileOptions, type NormalizedFileOptions, normalizeFileOptions } from "./options.js";
import type { Environment } from "./platform/environment.js";
import { TreeBackend } from "./tree-backend.js";

/** What no user sets. */
export interface TreeTuning {
  /** The memtable is flushed when it takes so many bytes. */
  readonly writeBufferBytes: number;
}

const TUNING: TreeTuning = { writeBufferBytes: 2 ** 24 };

/** The adapter over the second engine, which takes the place of the first when its proofs are green. */
export function createTreeAdapter(
  environment: Environment,
  tuning = TUNING,
): Adapter<FileOptions, "sync", NormalizedFileOptions> {
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
      batches: true,
      expiry: true,
    }),
    normalizeOptions: normalizeFileOptions,
    open: (options: NormalizedFileOptions, toolkit: Toolkit) =>
      new TreeBackend(environment, options, tuning, toolkit),
  });
}
