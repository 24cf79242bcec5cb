import type { Adapter } from "@store/core";
import { createFileAdapter } from "../../src/file-adapter.js";
import type { FileOptions } from "../../src/options.js";
import { nodeFileSystem } from "../../src/platform/node-file-system.js";
import { nodeHost } from "../../src/platform/node-host.js";

/** The adapter of what lives and is killed, with a write buffer of so many bytes. */
export function livingAdapter(writeBufferBytes: number): Adapter<FileOptions, "sync"> {
  return createFileAdapter({ fileSystem: nodeFileSystem, host: nodeHost }, { writeBufferBytes });
}
