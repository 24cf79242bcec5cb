import { type Failure, readFailure } from "../protocol/failure.js";
import { type Frame, FrameReader } from "../protocol/frame-reader.js";
import { FrameWriter } from "../protocol/frame-writer.js";
import { type Hello, readWelcome, type Welcome, writeHello } from "../protocol/handshake.js";
import { Kind } from "../protocol/kinds.js";
import { Malformed } from "../protocol/malformed.js";
import type { PayloadReader } from "../protocol/payload-reader.js";
import type { Wire, WireEnd } from "../wire/wire.js";

/** What a server may answer with: it is trusted with more than its clients. */
const MAX_ANSWER_BYTES = 2 ** 32 - 1;

/** Whom a link tells what arrives. */
export interface LinkHost {
  welcomed(link: Link, welcome: Welcome): void;
  answered(id: number, payload: PayloadReader): void;
  failed(id: number, failure: Failure): void;
  part(id: number, payload: PayloadReader): void;
  /** The server closes, and has begun no request above that id. */
  goodbye(lastId: number): void;
  /** What arrived at once has been dealt with. */
  arrived(): void;
  drained(): void;
  /** @param failure why, if the server has said it */
  closed(link: Link, failure: Failure | undefined, error: Error | undefined): void;
}

/** A connection to a server: says who it is, and deals out the answers. */
export class Link implements WireEnd {
  readonly wire: Wire;
  readonly #host: LinkHost;
  readonly #reader = new FrameReader(MAX_ANSWER_BYTES);
  #failure: Failure | undefined;
  #isWelcome = false;
  /** When something arrived last; by `performance.now()`. */
  lastArrival = performance.now();

  constructor(wire: Wire, hello: Omit<Hello, "version">, host: LinkHost) {
    this.wire = wire;
    this.#host = host;
    wire.end = this;
    const output = new FrameWriter();
    writeHello(output, hello);
    wire.write(output.take());
  }

  receive(chunk: Uint8Array): void {
    this.lastArrival = performance.now();
    this.#reader.push(chunk);
    try {
      let frame = this.#reader.next();
      while (frame !== undefined) {
        this.#take(frame);
        frame = this.#reader.next();
      }
    } catch (error) {
      this.#failure ??= {
        code: "STORE_IO",
        message: `what the server sent can't be read: ${(error as Error).message}`,
      };
      this.wire.destroy();
    }
    this.#host.arrived();
  }

  drained(): void {
    this.#host.drained();
  }

  closed(error: Error | undefined): void {
    this.#host.closed(this, this.#failure, error);
  }

  #take({ kind, id, payload }: Frame): void {
    if (kind === Kind.REFUSED) {
      this.#failure = readFailure(payload);
      return;
    }
    if (!this.#isWelcome) {
      if (kind !== Kind.WELCOME) throw new Malformed(`the first frame is of kind ${kind}`);
      this.#isWelcome = true;
      this.#host.welcomed(this, readWelcome(payload));
      return;
    }
    switch (kind) {
      case Kind.VALUE:
        this.#host.answered(id, payload);
        break;
      case Kind.FAILURE:
        this.#host.failed(id, readFailure(payload));
        break;
      case Kind.PART:
        this.#host.part(id, payload);
        break;
      case Kind.GOODBYE:
        this.#host.goodbye(id);
        break;
      default:
        throw new Malformed(`a server sends nothing of kind ${kind}`);
    }
  }
}
