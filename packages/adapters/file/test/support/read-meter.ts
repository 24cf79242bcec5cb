import type { FileSystem } from "../../src/platform/file-system.js";

/** Another file system, of which it counts what is read. */
export class ReadMeter {
  readonly fileSystem: FileSystem;
  readonly #names = new Map<number, string>();
  readonly #bytes = new Map<string, number>();

  constructor(inner: FileSystem) {
    const open = (path: string): number => {
      const file = inner.open(path);
      this.#names.set(file, path.slice(path.lastIndexOf("/") + 1));
      return file;
    };
    const read: FileSystem["read"] = (file, ...rest) => {
      const count = inner.read(file, ...rest);
      const name = this.#names.get(file) ?? "";
      this.#bytes.set(name, (this.#bytes.get(name) ?? 0) + count);
      return count;
    };
    this.fileSystem = new Proxy(inner, {
      get: (_, name) => {
        if (name === "open") return open;
        if (name === "read") return read;
        const member: unknown = Reflect.get(inner, name);
        return typeof member === "function" ? member.bind(inner) : member;
      },
    });
  }

  /** How many bytes of the files whose name ends so. */
  bytesOf(ending: string): number {
    let sum = 0;
    for (const [name, bytes] of this.#bytes) if (name.endsWith(ending)) sum += bytes;
    return sum;
  }
}
