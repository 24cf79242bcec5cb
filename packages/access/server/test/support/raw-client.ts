import { randomBytes } from "node:crypto";
import { createConnection, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { type Failure, readFailure } from "../../src/protocol/failure.js";
import { FrameReader } from "../../src/protocol/frame-reader.js";
import { FrameWriter } from "../../src/protocol/frame-writer.js";
import { ID_BYTES, readWelcome, type Welcome, writeHello } from "../../src/protocol/handshake.js";
import { Kind } from "../../src/protocol/kinds.js";

/** A client that sends what it is told, bytes and all. */
export class RawClient {
  readonly socket: Socket;
  readonly frames: { readonly kind: number; readonly id: number }[] = [];
  refusal: Failure | undefined;
  welcome: Welcome | undefined;
  isClosed = false;
  readonly #reader = new FrameReader(2 ** 31);

  constructor(path: string) {
    this.socket = createConnection({ path });
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.isClosed = true;
    });
    this.socket.on("data", (chunk) => {
      this.#reader.push(chunk);
      for (let frame = this.#reader.next(); frame; frame = this.#reader.next()) {
        const { kind, id, payload } = frame;
        this.frames.push({ kind, id });
        if (kind === Kind.REFUSED) this.refusal = readFailure(payload);
        if (kind === Kind.WELCOME) this.welcome = readWelcome(payload);
      }
    });
    onTestFinished(() => void this.socket.destroy());
  }

  /** One that was let in. */
  static async welcomed(
    path: string,
    session: Uint8Array = randomBytes(ID_BYTES),
  ): Promise<RawClient> {
    const client = new RawClient(path);
    client.socket.write(hello(session));
    await until(() => client.welcome !== undefined);
    return client;
  }

  send(...chunks: Uint8Array[]): void {
    for (const chunk of chunks) this.socket.write(chunk);
  }
}

export function hello(session: Uint8Array = randomBytes(ID_BYTES), token?: string): Uint8Array {
  const output = new FrameWriter();
  writeHello(output, { session, token });
  return Buffer.concat(output.take());
}

/** The bytes of a frame. */
export function frame(
  kind: number,
  id: number,
  write: (output: FrameWriter) => void = () => {},
): Uint8Array {
  const output = new FrameWriter();
  output.begin(kind, id);
  write(output);
  output.end();
  return Buffer.concat(output.take());
}

/** Waits for a condition, with a bound. */
export async function until(condition: () => boolean, milliseconds = 20_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${milliseconds} ms: ${condition}`);
    await delay(2);
  }
}
