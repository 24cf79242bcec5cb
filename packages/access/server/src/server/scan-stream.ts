import type { Mode, Scan } from "@store/core";
import { failureOf, writeFailure } from "../protocol/failure.js";
import { FrameWriter } from "../protocol/frame-writer.js";
import { Kind, PartMark } from "../protocol/kinds.js";
import { isPromise } from "../requests/results.js";

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

  /** Sends as much as it may: at once where the table is sync, so that what is sent counts as sent. */
  run(): void {
    try {
      while (this.#credit > 0 && !this.#isRunning && !this.#isEnded) {
        this.#credit--;
        this.#source.checkOpen();
        this.#output.begin(Kind.PART, this.#source.id);
        const isLast = this.#fillPart(0);
        if (isPromise(isLast)) this.#wait(isLast);
        else this.#partEnds(isLast);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #wait(isLast: Promise<boolean>): void {
    this.#isRunning = true;
    isLast.then(
      (last) => {
        this.#isRunning = false;
        if (this.#isEnded) return;
        this.#partEnds(last);
        this.run();
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

  /** Fills the part that was begun. Returns whether it is the last one. */
  #fillPart(count: number): boolean | Promise<boolean> {
    for (let items = count; items < PART_ITEMS && this.#output.length < PART_BYTES; items++) {
      const turn = this.#iterator.next();
      if (isPromise(turn)) {
        return turn.then((taken) => !this.#take(taken) || this.#fillPart(items + 1));
      }
      if (!this.#take(turn)) return true;
    }
    return false;
  }

  /** False at the end. */
  #take(turn: IteratorResult<T>): boolean {
    if (turn.done) return false;
    this.#output.byte(PartMark.ITEM);
    this.#source.write(this.#output, turn.value);
    return true;
  }

  #partEnds(isLast: boolean): void {
    this.#output.byte(isLast ? PartMark.END : PartMark.MORE);
    this.#sendFrame();
    if (!isLast) return;
    this.#isEnded = true;
    this.#onEnd();
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
