import type { Wire, WireEnd } from "./wire.js";

/** Two ends of a wire within this thread: what one writes, the other gets in the next turn of the microtasks. */
export function localWires(): [Wire, Wire] {
  const a = new LocalWire();
  const b = new LocalWire();
  a.other = b;
  b.other = a;
  return [a, b];
}

class LocalWire implements Wire {
  end: WireEnd | undefined;
  other: LocalWire | undefined;
  readonly isFull = false;
  #arrived: Uint8Array[] = [];
  #isPaused = false;
  #isClosing = false;
  #isScheduled = false;

  write(chunks: readonly Uint8Array[]): void {
    if (this.#isClosing) return;
    this.other?.arrive(chunks);
  }

  arrive(chunks: readonly Uint8Array[]): void {
    this.#arrived.push(...chunks);
    this.schedule();
  }

  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    while (!this.#isPaused && this.#arrived.length > 0) {
      this.end?.receive(this.#arrived.shift() as Uint8Array);
    }
    // Closed by the other end, after what that had to say.
    if (this.other === undefined && this.#arrived.length === 0) this.#ended();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.schedule();
  }

  close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const { other } = this;
    this.other = undefined;
    if (other !== undefined) {
      other.other = undefined;
      other.schedule();
    }
    this.schedule();
  }

  destroy(): void {
    this.#arrived = [];
    this.close();
  }

  hold(): void {}

  #ended(): void {
    const { end } = this;
    this.end = undefined;
    this.#isClosing = true;
    end?.closed(undefined);
  }
}
