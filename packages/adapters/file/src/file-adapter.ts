import type { Adapter, Mode, Toolkit } from "@store/core";
import { FileBackend } from "./file-backend.js";
import { registerAdapter } from "./open-backends.js";
import { type FileOptions, type NormalizedFileOptions, normalizeFileOptions } from "./options.js";
import type { Environment } from "./platform/environment.js";
import { nodeFileSystem } from "./platform/node-file-system.js";
import { nodeHost } from "./platform/node-host.js";

/** The type of {@link fileAdapter}. */
export type FileAdapter = Adapter<FileOptions, "sync", NormalizedFileOptions>;

/** What only tests change. */
export interface Tuning {
  /** What isn't flushed takes so many bytes of memory, at most. Default: 16 MiB. */
  readonly writeBufferBytes?: number | undefined;
}

/** An adapter that keeps its tables in the files of an environment. */
export function createFileAdapter(
  environment: Environment,
  { writeBufferBytes = 2 ** 24 }: Tuning = {},
): FileAdapter {
  const backends = new Set<FileBackend>();
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
    open: (options: NormalizedFileOptions, toolkit: Toolkit, mode?: Mode) => {
      // In an async store callers wait for the disk together; in a sync one each write does.
      const isGrouped = mode === "async" && options.autoSave === 0;
      const all = { ...options, writeBufferBytes, isGrouped };
      const backend = new FileBackend(environment, all, toolkit, () => backends.delete(backend));
      backends.add(backend);
      return backend;
    },
  });
  registerAdapter(adapter, backends);
  return adapter;
}

/**
 * Durable tables, as in DETS: all four types, in one log-structured merge tree for a data directory, whatever the number
 * of tables. A write, or a batch, that has returned survives the death of the process; one that was followed by a `sync`,
 * or an `autoSave`, the loss of power.
 */
export const fileAdapter: FileAdapter = createFileAdapter({
  fileSystem: nodeFileSystem,
  host: nodeHost,
});
