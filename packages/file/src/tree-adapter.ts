import type { Adapter, Toolkit } from "@store/core";
import { registerAdapter } from "./open-backends.js";
import { type FileOptions, type NormalizedFileOptions, normalizeFileOptions } from "./options.js";
import type { Environment } from "./platform/environment.js";
import { TreeBackend } from "./tree-backend.js";

/** The options of the second engine; they take the place of {@link FileOptions} with it. */
export interface TreeOptions extends FileOptions {
  /**
   * Opens without becoming the owner, also while another process is, and from a place that can't be written. What is read
   * is a prefix of what the owner has written, at most a second old; whatever writes is `STORE_READ_ONLY`. Default: false.
   */
  readonly readOnly?: boolean | undefined;
}

/** {@link TreeOptions} with nothing left out. */
export interface NormalizedTreeOptions extends NormalizedFileOptions {
  readonly readOnly: boolean;
}

/** What only tests change. */
export interface TreeTuning {
  /** What isn't flushed takes so many bytes of memory, at most. Default: 16 MiB. */
  readonly writeBufferBytes?: number | undefined;
}

/** The adapter over the second engine, which takes the place of the first when its proofs are green. */
export function createTreeAdapter(
  environment: Environment,
  { writeBufferBytes = 2 ** 24 }: TreeTuning = {},
): Adapter<TreeOptions, "sync", NormalizedTreeOptions> {
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
    normalizeOptions: normalizeTreeOptions,
    open: (options: NormalizedTreeOptions, toolkit: Toolkit) => {
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

function normalizeTreeOptions({ readOnly, ...others }: TreeOptions): NormalizedTreeOptions {
  if (readOnly !== undefined && typeof readOnly !== "boolean") {
    throw new TypeError("readOnly must be a boolean");
  }
  return { ...normalizeFileOptions(others), readOnly: readOnly ?? false };
}
