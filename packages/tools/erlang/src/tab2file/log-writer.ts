import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { ioError } from "../source/failure.js";
import { md5 } from "../source/md5.js";
import {
  ITEM_HEAD_BYTES,
  ITEM_MAGIC,
  LOG_CLOSED,
  LOG_HEAD_BYTES,
  LOG_MAGIC,
  SUM_BYTES,
  SUMMED_ITEM_BYTES,
} from "./log-format.js";

/** So much is written at once. */
const BUFFER = 2 ** 18;

/** A log that is written beside its place, and moved there when it is whole. */
export class LogWriter {
  readonly #path: string;
  readonly #temporary: string;
  readonly #descriptor: number;
  #parts: Uint8Array[] = [LOG_MAGIC, LOG_CLOSED];
  #buffered = LOG_HEAD_BYTES;
  #written = 0;
  #isOpen = true;

  constructor(path: string) {
    this.#path = path;
    this.#temporary = `${path}.${process.pid}.tmp`;
    this.#descriptor = this.#call("creating", () => openSync(this.#temporary, "w+"));
  }

  /** Where the next item begins. */
  get position(): number {
    return this.#written + this.#buffered;
  }

  /** Answers where in the file the term begins. */
  item(term: Uint8Array): number {
    const isSummed = term.length >= SUMMED_ITEM_BYTES;
    const head = Buffer.allocUnsafe(ITEM_HEAD_BYTES);
    head.writeUInt32BE(term.length, 0);
    head.writeUInt32BE(ITEM_MAGIC, 4);
    const start = this.position + ITEM_HEAD_BYTES + (isSummed ? SUM_BYTES : 0);
    this.#add(head);
    if (isSummed) this.#add(md5(head.subarray(0, 4)));
    this.#add(term);
    return start;
  }

  /** Writes over what is there. */
  patch(position: number, bytes: Uint8Array): void {
    this.flush();
    this.#call("writing", () => writeSync(this.#descriptor, bytes, 0, bytes.length, position));
  }

  /** So that what has been written can be read from {@link temporary}. */
  flush(): void {
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#buffered = 0;
    for (let done = 0; done < bytes.length; )
      done += this.#call("writing", () =>
        writeSync(this.#descriptor, bytes, done, bytes.length - done, this.#written + done),
      );
    this.#written += bytes.length;
  }

  get temporary(): string {
    return this.#temporary;
  }

  /** On the disk, and in its place. */
  finish(): void {
    this.flush();
    this.#call("writing", () => fsyncSync(this.#descriptor));
    this.#close();
    this.#call("writing", () => renameSync(this.#temporary, this.#path));
  }

  /** Leaves nothing behind. */
  abandon(): void {
    this.#close();
    rmSync(this.#temporary, { force: true });
  }

  #add(bytes: Uint8Array): void {
    // A copy, as the caller may go on to use it.
    this.#parts.push(Uint8Array.from(bytes));
    this.#buffered += bytes.length;
    if (this.#buffered >= BUFFER) this.flush();
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }

  #call<T>(doing: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw ioError(this.#path, doing, error);
    }
  }
}
