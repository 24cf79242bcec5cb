import { join } from "node:path";
import fc from "fast-check";
import { errorCode } from "../../src/platform/error-code.js";
import type { Descriptor, FileStatus, FileSystem } from "../../src/platform/file-system.js";

// Half of the calls, as without them there would be little to find.
const building = fc.constantFrom("makeDirectory", "create", "write", "rename");
const other = fc.constantFrom(
  "removeDirectory",
  "list",
  "syncDirectory",
  "status",
  "touch",
  "link",
  "remove",
  "open",
  "close",
  "size",
  "read",
  "sync",
);
// Deep enough for a directory that would move into itself; few, so that calls meet at the same names.
const path = fc
  .array(fc.constantFrom("a", "b"), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join("/"));

/** Any call but those in the background, with all that calls take; `file` says which of the open ones. */
export const anyCall = fc.record({
  name: fc.oneof(building, other),
  path,
  to: path,
  file: fc.nat({ max: 5 }),
  position: fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 20_000 })),
  bytes: fc.uint8Array({ maxLength: 10 }),
});

type FileSystemCall = typeof anyCall extends fc.Arbitrary<infer T> ? T : never;

/** Makes calls in one directory of a file system, and reports what comes of them as any other would. */
export class FileSystemActor {
  readonly #fileSystem: FileSystem;
  readonly #directory: string;
  readonly #opened: Descriptor[] = [];

  constructor(fileSystem: FileSystem, directory: string) {
    this.#fileSystem = fileSystem;
    this.#directory = directory;
  }

  /** Returns what the call does, or the code with which it fails. */
  make(call: FileSystemCall): unknown {
    try {
      return this.#make(call);
    } catch (error) {
      const code = errorCode(error);
      if (code === undefined) throw error;
      return `fails with ${code}`;
    }
  }

  /** The status and the content of all that is there. */
  tree(path = "."): readonly unknown[] {
    const status = this.#status(path);
    if (status?.kind !== "directory") return [path, status, this.#content(path)];
    const names = this.#fileSystem.list(this.#at(path)).sort();
    return [path, status, names.map((name) => this.tree(`${path}/${name}`))];
  }

  closeAll(): void {
    for (const file of this.#opened) this.#fileSystem.close(file);
  }

  #make({ name, path, to, file, position, bytes }: FileSystemCall): unknown {
    const fileSystem = this.#fileSystem;
    switch (name) {
      case "makeDirectory":
        return fileSystem.makeDirectory(this.#at(path));
      case "removeDirectory":
        return fileSystem.removeDirectory(this.#at(path));
      case "list":
        return fileSystem.list(this.#at(path)).sort();
      case "syncDirectory":
        return fileSystem.syncDirectory(this.#at(path));
      case "status":
        return this.#status(path);
      case "touch":
        return fileSystem.touch(this.#at(path));
      case "rename":
        return fileSystem.rename(this.#at(path), this.#at(to));
      case "link":
        return fileSystem.link(this.#at(path), this.#at(to));
      case "remove":
        return fileSystem.remove(this.#at(path));
      case "create":
        return this.#opened.push(fileSystem.create(this.#at(path)));
      case "open":
        return this.#opened.push(fileSystem.open(this.#at(path)));
      default:
        break;
    }
    // A number that isn't open here may be open elsewhere in the process.
    const index = file % this.#opened.length;
    const opened = this.#opened[index];
    if (opened === undefined) return undefined;
    switch (name) {
      case "close":
        this.#opened.splice(index, 1);
        return fileSystem.close(opened);
      case "size":
        return fileSystem.size(opened);
      case "read": {
        const buffer = new Uint8Array(bytes.length + 2);
        return [fileSystem.read(opened, buffer, 1, bytes.length, position), ...buffer];
      }
      case "write":
        return fileSystem.write(opened, bytes, 0, bytes.length, position);
      case "sync":
        return fileSystem.sync(opened);
    }
  }

  #at(path: string): string {
    return join(this.#directory, path);
  }

  #status(path: string): FileStatus | undefined {
    const status = this.#fileSystem.linkStatus(this.#at(path));
    if (status === undefined) return undefined;
    return {
      kind: status.kind,
      size: status.kind === "directory" ? 0 : status.size,
      modifiedAt: 0,
    };
  }

  #content(path: string): string {
    const file = this.#fileSystem.open(this.#at(path));
    const buffer = Buffer.alloc(this.#fileSystem.size(file));
    this.#fileSystem.read(file, buffer, 0, buffer.length, 0);
    this.#fileSystem.close(file);
    return buffer.toString("base64");
  }
}
