/** Who gets what a wire brings. */
export interface WireEnd {
  /** Bytes have arrived. */
  receive(chunk: Uint8Array): void;
  /** What was written has gone: more may be written. */
  drained(): void;
  /** Nothing arrives any more, and nothing that is written gets anywhere. Called once. */
  closed(error: Error | undefined): void;
}

/** A connection: bytes in order, both ways. */
export interface Wire {
  /** Whom it brings what arrives. Set before anything can arrive. */
  end: WireEnd | undefined;
  /** Sends some bytes, one array after the other. Whoever holds them must not change them. */
  write(chunks: readonly Uint8Array[]): void;
  /** Whether so much waits to be sent that the writer should wait, for `drained`. */
  readonly isFull: boolean;
  /** Whether what arrives is let in. */
  pause(): void;
  resume(): void;
  /** Sends what was written, then closes. */
  close(): void;
  /** Closes at once. */
  destroy(): void;
  /** Whether the wire keeps the process alive. */
  hold(isHeld: boolean): void;
}
