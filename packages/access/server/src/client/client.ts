import { randomBytes } from "node:crypto";
import type { Toolkit } from "@store/core";
import { type Failure, failureOf } from "../protocol/failure.js";
import { FrameWriter } from "../protocol/frame-writer.js";
import { ID_BYTES, type Welcome } from "../protocol/handshake.js";
import { isWrite, Kind } from "../protocol/kinds.js";
import { Malformed } from "../protocol/malformed.js";
import type { PayloadReader } from "../protocol/payload-reader.js";
import type { Wire } from "../wire/wire.js";
import { Alarm } from "./alarm.js";
import type { Call } from "./call.js";
import { CallFailures, isUncertain } from "./call-failures.js";
import type { ClientOptions } from "./connector.js";
import { Link, type LinkHost } from "./link.js";
import { OpenTables } from "./open-tables.js";
import { Outbox } from "./outbox.js";
import { Reconnection } from "./reconnection.js";
import { Broken, Stream } from "./stream.js";

function nothing(): void {}

/**
 * A client of a server, over one connection after another. Reads whose answer didn't come are asked again; a write, only
 * where the server can say whether it has done it.
 */
export class Client implements LinkHost {
  readonly tables: OpenTables;
  readonly #options: ClientOptions;
  readonly #error: Toolkit["error"];
  readonly #failures: CallFailures;
  readonly #session = randomBytes(ID_BYTES);
  readonly #output = new FrameWriter();
  readonly #outbox = new Outbox();
  readonly #streams = new Map<number, Stream<unknown>>();
  readonly #reconnection: Reconnection;
  readonly #alarm = new Alarm(
    () => this.#outbox.soonest,
    () => this.#expire(),
  );
  /** Who waits for a connection, or for the last answer. */
  readonly #waiting = new Set<() => void>();
  #nextId = 1;
  #link: Link | undefined;
  #welcome: Welcome | undefined;
  /** The session's life at the server, once its tables are open there: from then on calls are sent. */
  #life: string | undefined;
  #isFlushing = false;
  #isClosed = false;

  constructor(options: ClientOptions, error: Toolkit["error"]) {
    this.#options = options;
    this.#error = error;
    this.#failures = new CallFailures(error, options.callTimeout);
    this.tables = new OpenTables(this.#output, () => this.#nextId++);
    this.#reconnection = new Reconnection(options.connector, {
      isWanted: () => !this.#isClosed && (options.isEager || this.#isBusy),
      connected: (wire) => this.#connected(wire),
      gaveUp: (failure) => this.#failAll(failure),
    });
  }

  /** Resolves when calls can be sent; rejects when that takes too long, or the server refuses. */
  async ready(): Promise<void> {
    if (this.#life !== undefined) return;
    await this.call(Kind.PING, nothing, nothing);
  }

  /**
   * Makes a request, and reads what it comes to.
   * @param timeout how long it may take, in milliseconds
   */
  call<T>(
    kind: number,
    write: (output: FrameWriter) => void,
    read: (payload: PayloadReader) => T,
    timeout = this.#options.callTimeout,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const output = this.#output;
      output.begin(kind, id);
      write(output);
      this.#failures.checkLength(output.length, this.#welcome);
      const frame = output.endKept();
      const call: Call = {
        id,
        isWrite: isWrite(kind),
        frame,
        deadline: performance.now() + timeout,
        sentTo: undefined,
        isUnderWay: false,
        answer: (payload) => {
          const value = read(payload);
          payload.finish();
          resolve(value);
        },
        fail: reject,
      };
      const wasBusy = this.#isBusy;
      this.#outbox.add(call);
      if (!wasBusy) this.#hold();
      this.#alarm.set(timeout < this.#options.callTimeout);
      this.#flushSoon();
    });
  }

  /** Begins a scan on the connection that there is. Call {@link ready} before. */
  stream<T>(
    kind: number,
    write: (output: FrameWriter) => void,
    read: (payload: PayloadReader) => T,
  ): Stream<T> {
    const id = this.#nextId++;
    const stream = new Stream<T>(read, {
      more: () => this.#send(Kind.MORE, id, nothing),
      cancel: () => {
        this.#endStream(id);
        this.#send(Kind.CANCEL, id, nothing);
      },
    });
    if (this.#life === undefined) {
      stream.fail(new Broken("not connected"));
      return stream;
    }
    this.#flush();
    this.#streams.set(id, stream as Stream<unknown>);
    this.#send(kind, id, write);
    this.#hold();
    return stream;
  }

  /** Lets the server forget a snapshot; without a connection it does with the table. */
  release(snapshot: number): void {
    if (!this.#isClosed) this.#send(Kind.RELEASE, 0, (output) => output.uint32(snapshot));
  }

  /** Waits for the answers that are still to come, and says goodbye. */
  async close(): Promise<void> {
    while (this.#outbox.size > 0) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    this.#isClosed = true;
    this.#alarm.clear();
    if (this.#link === undefined) return;
    this.#send(Kind.BYE, 0, nothing);
    this.#link.wire.close();
  }

  welcomed(_link: Link, welcome: Welcome): void {
    this.#welcome = welcome;
    const life = Buffer.from(welcome.life).toString("latin1");
    const lost = this.#outbox.remove(
      ({ isWrite: writes, sentTo }) => writes && sentTo !== undefined && sentTo !== life,
    );
    for (const call of lost) call.fail(this.#failures.unknown("the server that got it is gone"));
    const chunks = this.tables.reopen(life, () => {
      this.#life = life;
      this.#reconnection.succeeded();
      this.#flush();
    });
    if (chunks.length > 0) this.#link?.wire.write(chunks);
  }

  answered(id: number, payload: PayloadReader): void {
    const call = this.#outbox.settle(id);
    if (call === undefined) {
      this.tables.answered(id);
      return;
    }
    try {
      call.answer(payload);
    } catch (error) {
      call.fail(this.#error("STORE_IO", "the answer can't be read", error));
      throw error instanceof Malformed ? error : new Malformed(String(error));
    }
  }

  failed(id: number, { code, message }: Failure): void {
    const call = this.#outbox.settle(id);
    if (call !== undefined) call.fail(this.#error(code, message));
    else if (this.#streams.has(id)) this.#endStream(id)?.fail(this.#error(code, message));
    else this.tables.answered(id);
  }

  part(id: number, payload: PayloadReader): void {
    // Of one that was given up, parts may still be on their way.
    if (this.#streams.get(id)?.arrive(payload)) this.#endStream(id);
  }

  goodbye(lastId: number): void {
    // What is called from now on is for the next connection.
    this.#life = undefined;
    this.#outbox.notBegun(lastId);
  }

  arrived(): void {
    this.#settled();
    this.#flushSoon();
  }

  drained(): void {
    this.#flush();
  }

  closed(link: Link, failure: Failure | undefined, error: Error | undefined): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    this.#life = undefined;
    this.tables.disconnected();
    this.#outbox.rewind();
    for (const id of [...this.#streams.keys()]) this.#endStream(id)?.fail(new Broken("closed"));
    const isFinal = failure !== undefined && this.#options.connector.isFinal(failure);
    if (isFinal) this.#failAll(failure);
    this.#reconnection.broken(failure ?? (error && failureOf(error)));
  }

  #connected(wire: Wire): void {
    if (this.#isClosed) {
      wire.destroy();
      return;
    }
    const { token } = this.#options;
    this.#link = new Link(wire, { session: this.#session, token }, this);
    this.#hold();
  }

  get #isBusy(): boolean {
    return this.#outbox.size > 0 || this.#streams.size > 0;
  }

  #endStream(id: number): Stream<unknown> | undefined {
    const stream = this.#streams.get(id);
    this.#streams.delete(id);
    this.#settled();
    return stream;
  }

  /** Writes a frame that isn't answered, or is by a stream. */
  #send(kind: number, id: number, write: (output: FrameWriter) => void): void {
    if (this.#life === undefined) return;
    this.#output.begin(kind, id);
    write(this.#output);
    const { slab, start, end } = this.#output.endKept();
    this.#link?.wire.write([slab.subarray(start, end)]);
  }

  /** What is called in one turn is sent together. */
  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    process.nextTick(() => {
      this.#isFlushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    const life = this.#life;
    if (this.#link === undefined) {
      this.#reconnection.begin();
    } else if (life !== undefined) {
      const window = this.#welcome?.maxUnderWay ?? 1;
      this.#outbox.flush(this.#link.wire, life, window, this.#nextId);
    }
  }

  /** An idle client doesn't keep the process alive. */
  #hold(): void {
    this.#link?.wire.hold(this.#isBusy);
    this.#alarm.hold(this.#isBusy);
  }

  #settled(): void {
    if (this.#isBusy) return;
    this.#hold();
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #expire(): void {
    const now = performance.now();
    const late = this.#outbox.remove(({ deadline }) => deadline <= now);
    const reason = this.#life === undefined ? this.#reconnection.reason : "";
    for (const call of late) call.fail(this.#failures.late(call, reason));
    const { callTimeout } = this.#options;
    // Nothing at all comes from the other end: the next call shall not wait for it as well.
    if (late.length > 0 && this.#link !== undefined && now - this.#link.lastArrival > callTimeout) {
      this.#link.wire.destroy();
    }
    this.#settled();
  }

  #failAll({ code, message }: Failure): void {
    for (const call of this.#outbox.remove(() => true)) {
      call.fail(isUncertain(call) ? this.#failures.unknown(message) : this.#error(code, message));
    }
    this.#settled();
  }
}
