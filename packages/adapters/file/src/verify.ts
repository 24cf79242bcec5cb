import { resolve } from "node:path";
import { toolkit } from "@store/core";
import { located } from "./located-error.js";
import { nodeFileSystem } from "./platform/node-file-system.js";
import { type OnVerified, type Verification, verifyTree } from "./recovery/verification.js";

/**
 * Reads all of a data directory, and compares its checksums: finds what `repair: "force"` would find, and changes nothing.
 * It needs no owner, and disturbs none. Blocks the thread as long as reading the files takes. Files of a later format are
 * `STORE_NEWER_FORMAT`.
 *
 * @param directory one that isn't there, or was never a data directory, has no files
 */
export function verify(
  directory: string,
  { onProgress }: { readonly onProgress?: OnVerified | undefined } = {},
): Verification {
  const dataDir = resolve(directory);
  try {
    return verifyTree(nodeFileSystem, dataDir, toolkit.error, onProgress);
  } catch (error) {
    throw located(`verify of ${dataDir}`, error);
  }
}
