import { PartMark } from "../protocol/kinds.js";
import { Malformed } from "../protocol/malformed.js";
import type { PayloadReader } from "../protocol/payload-reader.js";

/** What a stream tells its client. */
export interface StreamPort {
  /** Takes one more part. */
  more(): void;
  /** Nobody takes more. */
  cancel(): void;
}

/** The connection of a stream has broken: what it was of can be asked for again. */
export class Broken extends Error {
  override readonly name = "Broken";
}

/** The parts of a scan, as they arrive over one connection. */
export class Stream<T> {
  readonly #read: (payload: PayloadReader) => T;
  readonly #port: StreamPort;
  readonly #parts: T[][] = [];
  #isComplete = false;
  #failure: Error | undefined;
  /** Who waits for a part. */
  #waiting: { resolve(part: T[] | undefined): void; reject(error: Error): void } | undefined;

  constructor(read: (payload: PayloadReader) => T, port: StreamPort) {
    this.#read = read;
    this.#port = port;
  }

  /** Whether the server has more to send, as far as is known. */
  get isOpen(): boolean {
    return !this.#isComplete && this.#failure === undefined;
  }

  /** Takes a part that has arrived. Returns whether it is the last one. */
  arrive(payload: PayloadReader): boolean {
    const items: T[] = [];
    let mark = payload.byte();
    for (; mark === PartMark.ITEM; mark = payload.byte()) items.push(this.#read(payload));
    payload.finish();
    if (mark !== PartMark.END && mark !== PartMark.MORE)
      throw new Malformed(`a part ends by ${mark}`);
    this.#isComplete = mark === PartMark.END;
    this.#parts.push(items);
    this.#serve();
    return this.#isComplete;
  }

  fail(error: Error): void {
    this.#failure ??= error;
    this.#serve();
  }

  /** The next items; undefined at the end. */
  next(): Promise<T[] | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#serve();
    });
  }

  /** Gives up. */
  cancel(): void {
    if (this.isOpen) this.#port.cancel();
    this.#failure ??= new Broken("given up");
  }

  #serve(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const part = this.#parts.shift();
    if (part === undefined && this.isOpen) return;
    this.#waiting = undefined;
    if (part !== undefined) {
      if (this.isOpen) this.#port.more();
      waiting.resolve(part);
    } else if (this.#failure !== undefined) {
      waiting.reject(this.#failure);
    } else {
      waiting.resolve(undefined);
    }
  }
}
