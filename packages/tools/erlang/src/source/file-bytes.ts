import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { TermError } from "../term/term-error.js";
import { ioError } from "./failure.js";

/** So much is read at once: files are mostly read from their begin to their end. */
const WINDOW = 2 ** 18;

/** The bytes of a file that doesn't change, read where they are asked for. */
export class FileBytes {
  readonly path: string;
  readonly size: number;
  readonly #descriptor: number;
  #window = Buffer.alloc(0);
  #start = 0;

  constructor(path: string) {
    this.path = path;
    try {
      this.#descriptor = openSync(path, "r");
    } catch (error) {
      throw ioError(path, "opening", error);
    }
    try {
      const stats = fstatSync(this.#descriptor);
      if (!stats.isFile()) throw new Error("it is no file");
      this.size = stats.size;
    } catch (error) {
      this.close();
      throw ioError(path, "opening", error);
    }
  }

  /** These bytes: a view until the next call. Beyond the end of the file: a {@link TermError}. */
  read(position: number, length: number): Buffer {
    if (position < 0 || position + length > this.size)
      throw new TermError("it reaches beyond the end of the file");
    const offset = position - this.#start;
    if (offset < 0 || offset + length > this.#window.length) this.#fill(position, length);
    const from = position - this.#start;
    return this.#window.subarray(from, from + length);
  }

  u32(position: number): number {
    return this.read(position, 4).readUInt32BE(0);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #fill(position: number, length: number): void {
    const bytes = Buffer.allocUnsafe(Math.min(Math.max(length, WINDOW), this.size - position));
    let read = 0;
    while (read < bytes.length) {
      const more = this.#readSome(bytes, read, position + read);
      if (more === 0) throw new TermError("the file became shorter while it was read");
      read += more;
    }
    this.#window = bytes;
    this.#start = position;
  }

  #readSome(bytes: Buffer, offset: number, position: number): number {
    try {
      return readSync(this.#descriptor, bytes, offset, bytes.length - offset, position);
    } catch (error) {
      throw ioError(this.path, "reading", error);
    }
  }
}

/** Does something with a file that is open for so long. */
export function withFile<T>(path: string, read: (file: FileBytes) => T): T {
  const file = new FileBytes(path);
  try {
    return read(file);
  } finally {
    file.close();
  }
}
