import type { FileOptions, NormalizedFileOptions } from "@store/file";
import { fileAdapter } from "@store/file";
import { DEFAULT_CALL_TIMEOUT } from "../adapter/options.js";
import { checkInteger, LONGEST_TIMEOUT } from "../wire/option-checks.js";

/** The options of the file adapter, but for `readOnly`, and one more. */
export interface ClusterOptions extends Omit<FileOptions, "readOnly"> {
  /** How long a call may take, in milliseconds, also while there is no owner. Default: 30,000. */
  readonly callTimeout?: number | undefined;
}

/** {@link ClusterOptions} with the defaults filled in. */
export interface NormalizedClusterOptions {
  readonly file: NormalizedFileOptions;
  readonly callTimeout: number;
}

export function normalizeClusterOptions(options: ClusterOptions): NormalizedClusterOptions {
  const { callTimeout = DEFAULT_CALL_TIMEOUT, ...file } = options;
  checkInteger("callTimeout", callTimeout, 1, LONGEST_TIMEOUT);
  if ("readOnly" in file) {
    throw new TypeError(
      "there is no option 'readOnly': who only reads opens the directory by fileAdapter",
    );
  }
  return { file: fileAdapter.normalizeOptions(file), callTimeout };
}
