import type { Adapter } from "@store/core";
import { createFileAdapter } from "../../src/file-adapter.js";
import { fileAdapter } from "../../src/index.js";
import type { FileOptions } from "../../src/options.js";
import { nodeFileSystem } from "../../src/platform/node-file-system.js";
import { nodeHost } from "../../src/platform/node-host.js";

/** The adapter of what lives and is killed: the first engine's; of the second with a write buffer of so many bytes. */
export function livingAdapter(writeBufferBytes: number): Adapter<FileOptions, "sync"> {
  if (writeBufferBytes === 0) return fileAdapter;
  return createFileAdapter({ fileSystem: nodeFileSystem, host: nodeHost }, { writeBufferBytes });
}
