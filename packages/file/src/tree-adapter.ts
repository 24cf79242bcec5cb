import type { Adapter, Toolkit } from "@store/core";
import { registerAdapter } from "./open-backends.js";
import { type FileOptions, type NormalizedFileOptions, normalizeFileOptions } from "./options.js";
import type { Environment } from "./platform/environment.js";
import { TreeBackend } from "./tree-backend.js";

/** What only tests change. */
export interface TreeAdapterOptions {
  /** What isn't flushed takes so many bytes of memory, at most. Default: 16 MiB. */
  readonly writeBufferBytes?: number;
}

/** The adapter over the second engine, which takes the place of the first when its proofs are green. */
export function createTreeAdapter(
  environment: Environment,
  { writeBufferBytes = 2 ** 24 }: TreeAdapterOptions = {},
): Adapter<FileOptions, "sync", NormalizedFileOptions> {
  const backends = new Map<string, TreeBackend>();
  const adapter = Object.freeze({
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
    open: (options: NormalizedFileOptions, toolkit: Toolkit) => {
      const backend = new TreeBackend(
        environment,
        { ...options, writeBufferBytes },
        toolkit,
        () => {
          if (backends.get(options.dataDir) === backend) backends.delete(options.dataDir);
        },
      );
      backends.set(options.dataDir, backend);
      return backend;
    },
  });
  registerAdapter(adapter, backends);
  return adapter;
}
