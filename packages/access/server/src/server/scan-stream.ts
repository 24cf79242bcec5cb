import type { Mode, Scan } from "@store/core";
import { failureOf, writeFailure } from "../protocol/failure.js";
import { FrameWriter } from "../protocol/frame-writer.js";
import { Kind, PartMark } from "../protocol/kinds.js";
import { isPromise } from "./results.js";

/** A part ends when it has so many items, or bytes. */
const PART_ITEMS = 1_000;
const PART_BYTES = 2 ** 16;
/** Parts that are sent ahead of what the client has taken. */
export const CREDIT = 2;

/** What a stream sends. */
export interface ScanSource<T> {
  readonly id: number;
  readonly scan: Scan<Mode, T>;
  /** Refuses when the table is closed. */
  readonly checkOpen: () => void;
  readonly write: (output: FrameWriter, item: T) => void;
}

/** Sends what a scan comes by, part by part, no faster than the client takes them. */
export class ScanStream<T> {
  readonly #source: ScanSource<T>;
  readonly #iterator: Iterator<T> | AsyncIterator<T>;
  /** With frames of its own: a part may be begun while others are answered. */
  readonly #output = new FrameWriter();
  readonly #send: (frame: Uint8Array) => void;
  readonly #onEnd: () => void;
  #credit = CREDIT;
  #isRunning = false;
  #isEnded = false;

  constructor(source: ScanSource<T>, send: (frame: Uint8Array) => void, onEnd: () => void) {
    this.#source = source;
    this.#send = send;
    this.#onEnd = onEnd;
    const { scan } = source;
    this.#iterator =
      Symbol.asyncIterator in scan ? scan[Symbol.asyncIterator]() : scan[Symbol.iterator]();
  }

  /** The client takes one more part. */
  more(): void {
    this.#credit++;
    this.run();
  }

  /** Sends as much as it may. */
  run(): void {
    if (this.#isRunning || this.#isEnded) return;
    this.#isRunning = true;
    this.#parts().then(
      () => {
        this.#isRunning = false;
        // More may have been asked for while the last part was made.
        if (this.#credit > 0) this.run();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  /** Gives up. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#onEnd();
    try {
      const returned = this.#iterator.return?.();
      if (returned !== undefined && isPromise(returned)) returned.catch(() => {});
    } catch {
      // Nobody waits for the scan any more.
    }
  }

  async #parts(): Promise<void> {
    while (this.#credit > 0 && !this.#isEnded) {
      this.#credit--;
      this.#source.checkOpen();
      const isLast = await this.#writePart();
      if (this.#isEnded) return;
      this.#sendFrame();
      if (!isLast) continue;
      this.#isEnded = true;
      this.#onEnd();
    }
  }

  /** Returns whether it is the last one. */
  async #writePart(): Promise<boolean> {
    const { id, write } = this.#source;
    const output = this.#output;
    output.begin(Kind.PART, id);
    for (let items = 0; items < PART_ITEMS && output.length < PART_BYTES; items++) {
      const next = this.#iterator.next();
      const turn = isPromise(next) ? await next : next;
      if (turn.done) {
        output.byte(PartMark.END);
        return true;
      }
      output.byte(PartMark.ITEM);
      write(output, turn.value);
    }
    output.byte(PartMark.MORE);
    return false;
  }

  #sendFrame(): void {
    const { slab, start, end } = this.#output.endKept();
    this.#send(slab.subarray(start, end));
  }

  #fail(error: unknown): void {
    if (this.#isEnded) return;
    this.#output.begin(Kind.FAILURE, this.#source.id);
    writeFailure(this.#output, failureOf(error));
    this.#sendFrame();
    this.end();
  }
}
