import { type Failure, writeFailure } from "../protocol/failure.js";
import { type Frame, FrameReader } from "../protocol/frame-reader.js";
import { FrameWriter } from "../protocol/frame-writer.js";
import { type Hello, readHello, type Welcome, writeWelcome } from "../protocol/handshake.js";
import { Kind, VERSION } from "../protocol/kinds.js";
import { Malformed } from "../protocol/malformed.js";
import type { PayloadReader } from "../protocol/payload-reader.js";
import type { ServedStore } from "../requests/served-store.js";
import type { Wire, WireEnd } from "../wire/wire.js";
import type { ServeLimits } from "./limits.js";
import { RequestRunner, type RunnerHost } from "./request-runner.js";
import type { Session } from "./session.js";

/** The longest frame of somebody who hasn't said who it is. */
const MAX_HELLO_BYTES = 2 ** 12;
/** How long a client that was refused may take to close its end, in milliseconds. */
const LAST_WORDS = 1_000;

/** A client that was let in. */
export interface Admission {
  readonly session: Session;
  readonly welcome: Welcome;
}

/** What a connection needs of its server. */
export interface ConnectionHost {
  readonly store: ServedStore;
  readonly limits: ServeLimits;
  /** Lets a client in, or says why not. */
  admit(hello: Hello): Admission | Failure;
  /** The connection of a session has ended. */
  left(session: Session, isOver: boolean): void;
  closed(connection: Connection): void;
  failed(failure: Failure): void;
}

/** A client's connection. What arrives is done in order, no faster than the answers go. */
export class Connection implements WireEnd, RunnerHost {
  readonly output = new FrameWriter();
  readonly #wire: Wire;
  readonly #host: ConnectionHost;
  readonly #reader = new FrameReader(MAX_HELLO_BYTES);
  readonly #timer: NodeJS.Timeout;
  #session: Session | undefined;
  #runner: RequestRunner | undefined;
  #isPaused = false;
  #isFlushing = false;
  /** Nothing is read any more. */
  #isEnding = false;
  #isClosed = false;
  /** The client won't come back. */
  #isOver = false;
  #onClosed: (() => void) | undefined;

  constructor(wire: Wire, host: ConnectionHost) {
    this.#wire = wire;
    this.#host = host;
    this.#timer = setTimeout(() => wire.destroy(), host.limits.handshakeTimeout).unref();
    wire.end = this;
  }

  receive(chunk: Uint8Array): void {
    if (this.#isEnding) return;
    this.#reader.push(chunk);
    this.#work();
  }

  drained(): void {
    this.#work();
  }

  done(): void {
    if (this.#onClosed === undefined) this.#work();
    else this.#sayGoodbye();
  }

  failed(failure: Failure): void {
    this.#host.failed(failure);
  }

  closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isEnding = true;
    clearTimeout(this.#timer);
    this.#runner?.end();
    const session = this.#session;
    if (session !== undefined && session.port === this) {
      session.port = undefined;
      this.#host.left(session, this.#isOver);
    }
    this.#host.closed(this);
    this.#onClosed?.();
  }

  replaced(): void {
    this.destroy();
  }

  destroy(): void {
    this.#isEnding = true;
    this.#wire.destroy();
  }

  /** Says why it doesn't go on, and closes. */
  refuse(failure: Failure): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.output.begin(Kind.REFUSED, 0);
    writeFailure(this.output, failure);
    this.output.end();
    this.#close();
  }

  /** Does what was begun, says goodbye, and closes. Resolves when the wire is closed. */
  finish(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isClosed) return resolve();
      this.#onClosed = resolve;
      this.#isEnding = true;
      this.#sayGoodbye();
    });
  }

  send(frame: Uint8Array): void {
    this.#flush();
    this.#wire.write([frame]);
  }

  malformed(error: unknown): void {
    const message = error instanceof Malformed ? error.message : `unexpected: ${String(error)}`;
    this.refuse({ code: "STORE_IO", message: `the server can't read what it got: ${message}` });
  }

  flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    process.nextTick(() => this.#flush());
  }

  #flush(): void {
    this.#isFlushing = false;
    const chunks = this.output.take();
    if (chunks.length > 0) this.#wire.write(chunks);
  }

  #sayGoodbye(): void {
    if (this.#runner !== undefined && this.#runner.underWay > 0) return;
    this.output.begin(Kind.GOODBYE, this.#runner?.lastId ?? 0);
    this.output.end();
    this.#close();
  }

  #close(): void {
    this.#flush();
    this.#wire.close();
    setTimeout(() => this.#wire.destroy(), LAST_WORDS).unref();
  }

  /** Does what has arrived, unless the client has to wait. */
  #work(): void {
    try {
      while (!this.#isEnding) {
        if (this.#isFull) {
          this.#pause(true);
          break;
        }
        const frame = this.#reader.next();
        if (frame === undefined) {
          this.#pause(false);
          break;
        }
        this.#take(frame);
        if (this.output.pending > MOST_PENDING) this.#flush();
      }
    } catch (error) {
      this.malformed(error);
    }
    this.#flush();
  }

  get #isFull(): boolean {
    const underWay = this.#runner?.underWay ?? 0;
    return this.#wire.isFull || underWay >= this.#host.limits.maxUnderWay;
  }

  #pause(isPaused: boolean): void {
    if (this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) this.#wire.pause();
    else this.#wire.resume();
  }

  #take({ kind, id, payload }: Frame): void {
    const runner = this.#runner;
    if (runner === undefined) {
      this.#greet(kind, payload);
      return;
    }
    switch (kind) {
      case Kind.SETTLED:
        this.#session?.settle(id);
        break;
      case Kind.MORE:
        runner.more(id);
        break;
      case Kind.CANCEL:
        runner.cancel(id);
        break;
      case Kind.RELEASE:
        runner.release(payload);
        break;
      case Kind.BYE:
        this.#isOver = true;
        this.#isEnding = true;
        this.#close();
        break;
      default:
        runner.run(kind, id, payload);
    }
  }

  #greet(kind: number, payload: PayloadReader): void {
    if (kind !== Kind.HELLO) throw new Malformed("the first frame is no HELLO");
    const hello = readHello(payload);
    if (!("session" in hello)) {
      const message = `the server speaks version ${VERSION} of the protocol, not ${hello.version}`;
      this.refuse({ code: "STORE_NOT_SUPPORTED", message });
      return;
    }
    const admitted = this.#host.admit(hello);
    if ("code" in admitted) {
      this.refuse(admitted);
      return;
    }
    clearTimeout(this.#timer);
    const { session, welcome } = admitted;
    this.#session = session;
    session.port?.replaced();
    session.port = this;
    this.#runner = new RequestRunner(this.#host.store, session, this);
    this.#reader.maxFrameBytes = this.#host.limits.maxFrameBytes;
    writeWelcome(this.output, welcome);
  }
}

/** Bytes of answers that are handed to the wire at once. */
const MOST_PENDING = 2 ** 18;
