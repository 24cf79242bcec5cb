import { lstatSync, mkdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkSocketPath, digestOf, fitsSocket } from "../wire/socket-path.js";

/** In the data directory. */
const NAME = "cluster.sock";

/**
 * Where the owner of a data directory listens: in the directory, where every process finds it by whatever path. Where
 * that is longer than a socket's path may be, in the directory for temporary files, by a digest of the real path; so
 * these processes must agree on that one.
 */
export function socketPlace(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true });
  const within = join(dataDir, NAME);
  if (process.platform === "win32") return checkSocketPath("dataDir", realpathSync(dataDir));
  if (fitsSocket(within)) return within;
  const elsewhere = join(tmpdir(), `${digestOf(realpathSync(dataDir))}.sock`);
  return checkSocketPath("the path in the directory for temporary files", elsewhere);
}

/**
 * Whether a socket is of this user, or of the superuser. In the directory for temporary files others may have put theirs,
 * to be told what isn't for them.
 */
export function isOwnSocket(path: string): boolean {
  if (process.getuid === undefined) return true;
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found === undefined || found.uid === process.getuid() || found.uid === 0;
}
