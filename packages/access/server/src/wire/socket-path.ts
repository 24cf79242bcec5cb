import { createHash } from "node:crypto";
import { dirname, resolve } from "node:path";
import { inspect } from "node:util";

const PIPES = "\\\\.\\pipe\\";
const IS_PIPE = /^\\\\[.?]\\pipe\\/;

/** Bytes that the system takes for the path of a Unix socket, but for the zero behind it. */
export const LONGEST_SOCKET_PATH = process.platform === "linux" ? 107 : 103;

/** Bytes of the random name that a socket has first, written as twice as many digits behind a dot. */
export const HIDDEN_BYTES = 4;

/** Whether the system takes the path, and that of a hidden name beside it. */
export function fitsSocket(path: string): boolean {
  const hidden = Buffer.byteLength(dirname(path)) + 2 + 2 * HIDDEN_BYTES;
  return Math.max(Buffer.byteLength(path), hidden) <= LONGEST_SOCKET_PATH;
}

/**
 * The path of a socket, absolute; on Windows that of a pipe, whose name a path is made into by its digest. Throws for
 * what is none, or too long.
 */
export function checkSocketPath(name: string, path: unknown): string {
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw new TypeError(
      `${name} must be a string, not empty, without null characters; got ${inspect(path)}`,
    );
  }
  if (process.platform === "win32") return IS_PIPE.test(path) ? path : PIPES + digestOf(path);
  const absolute = resolve(path);
  if (fitsSocket(absolute)) return absolute;
  throw new TypeError(
    `${name} is too long, a socket's has at most ${LONGEST_SOCKET_PATH} bytes: ${absolute}`,
  );
}

/** A name for something at a path, where the path itself would be too long. */
export function digestOf(path: string): string {
  return `store-${createHash("sha256").update(resolve(path)).digest("hex").slice(0, 32)}`;
}
