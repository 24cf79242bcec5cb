import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/**
 * What this adapter needs of an object store: S3, GCS and others have it. Each call happens whole or not at all, and a `get`
 * or `list` sees all that was put before it.
 */
export interface ObjectStore {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, content: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
  /** All keys that begin with `prefix`, which ends with a slash. */
  list(prefix: string): Promise<readonly string[]>;
}

const OBJECT = ".object";

/** Objects as files of a directory. What was put, or deleted, is on disk when the call resolves. */
export function directoryObjects(directory: string): ObjectStore {
  const root = resolve(directory);
  const fileOf = (key: string) => join(root, `${key}${OBJECT}`);
  return {
    async get(key) {
      try {
        return await readFile(fileOf(key));
      } catch (error) {
        // Whatever else fails must not look like an object that isn't there.
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async put(key, content) {
      const file = fileOf(key);
      const temporary = `${file}.tmp`;
      await makeDirectory(dirname(file));
      try {
        await writeSynced(temporary, content);
        await rename(temporary, file);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      await syncDirectory(dirname(file));
    },
    async delete(key) {
      await rm(fileOf(key), { force: true });
      await syncDirectory(dirname(fileOf(key)));
    },
    async list(prefix) {
      try {
        const files = await readdir(join(root, prefix));
        return files
          .filter((file) => file.endsWith(OBJECT))
          .map((file) => `${prefix}${file.slice(0, -OBJECT.length)}`);
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },
  };
}

/** A key for any text, however long, in any file system. */
export function hashOf(text: Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

async function writeSynced(file: string, content: Uint8Array): Promise<void> {
  await using handle = await open(file, "w", 0o600);
  await handle.writeFile(content);
  await handle.sync();
}

/** Makes a directory and those above it, on disk. */
async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true });
  if (first === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) {
    await syncDirectory(dirname(made));
  }
}

/** Windows can't, and does it by itself. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  await using handle = await open(directory, "r");
  await handle.sync();
}
