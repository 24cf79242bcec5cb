import type { Readable, Writable } from "node:stream";

/** A stream that may be a terminal. */
export interface Terminal extends Writable {
  readonly isTTY?: boolean;
}

/** What a command has of the process that runs it. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Until this is asked for, Ctrl-C ends the process, which is right for whatever only reads, or writes in one step. From
   * then on it aborts the signal, and who asked puts things in order.
   */
  interruption(): AbortSignal;
}

/** Writes all of it, and returns when the stream takes more. */
export function write(stream: Writable, content: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(content, (error) => (error ? reject(error) : resolve()));
  });
}
