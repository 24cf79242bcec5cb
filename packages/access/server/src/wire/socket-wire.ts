import type { Socket } from "node:net";
import type { Wire, WireEnd } from "./wire.js";

/** Bytes that may wait to be sent. */
const FULL_BYTES = 2 ** 20;

/** A wire over a socket that is connected. */
export class SocketWire implements Wire {
  end: WireEnd | undefined;
  readonly #socket: Socket;
  #error: Error | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.end?.receive(chunk));
    socket.on("drain", () => this.end?.drained());
    socket.on("error", (error) => {
      this.#error ??= error;
    });
    // The other side sends no more: what is left to say to it may still go.
    socket.on("end", () => socket.end());
    socket.on("close", () => {
      const { end } = this;
      this.end = undefined;
      end?.closed(this.#error);
    });
  }

  write(chunks: readonly Uint8Array[]): void {
    const socket = this.#socket;
    if (socket.destroyed || socket.writableEnded) return;
    if (chunks.length > 1) socket.cork();
    for (const chunk of chunks) socket.write(chunk);
    if (chunks.length > 1) socket.uncork();
  }

  get isFull(): boolean {
    return this.#socket.writableLength > FULL_BYTES;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  hold(isHeld: boolean): void {
    if (isHeld) this.#socket.ref();
    else this.#socket.unref();
  }
}
