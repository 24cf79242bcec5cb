import { type Key, type Mode, type Scan, type StoreRecord, toolkit } from "@store/core";
import { type Failure, failureOf, writeFailure } from "../protocol/failure.js";
import type { FrameWriter } from "../protocol/frame-writer.js";
import { isWrite, Kind } from "../protocol/kinds.js";
import { Malformed } from "../protocol/malformed.js";
import type { PayloadReader } from "../protocol/payload-reader.js";
import { readCount, readRange } from "../protocol/ranges.js";
import type { Handler, RequestContext, Snapshot } from "../requests/handler.js";
import { HANDLERS } from "../requests/handlers.js";
import { isPromise } from "../requests/results.js";
import type { ServedStore, ServedTable } from "../requests/served-store.js";
import { MAX_SCANS, MAX_SNAPSHOTS, MAX_TABLES } from "./limits.js";
import { passingOver } from "./passing-over.js";
import { ScanStream } from "./scan-stream.js";
import type { Session, SessionPort } from "./session.js";

/** Whom a runner tells what it does. */
export interface RunnerHost extends SessionPort {
  /** Sends a frame behind what was written to `output`. */
  send(frame: Uint8Array): void;
  /** A request that took some time is done. */
  done(): void;
  /** A request can't be understood. */
  malformed(error: unknown): void;
  /** A request failed. */
  failed(failure: Failure): void;
}

/** Does the requests of a connection, and answers them. */
export class RequestRunner implements RequestContext {
  readonly store: ServedStore;
  /** Requests that were begun and aren't done, but for scans. */
  underWay = 0;
  /** The last request that was begun. */
  lastId = 0;
  readonly #session: Session;
  readonly #host: RunnerHost;
  readonly #scans = new Map<number, ScanStream<never>>();

  constructor(store: ServedStore, session: Session, host: RunnerHost) {
    this.store = store;
    this.#session = session;
    this.#host = host;
  }

  table(number: number): ServedTable {
    const table = this.#session.tables.get(number);
    if (table !== undefined) return table;
    throw toolkit.error("STORE_TABLE_CLOSED", "the table isn't open in the server");
  }

  setTable(number: number, table: ServedTable | undefined): void {
    const { tables } = this.#session;
    if (table === undefined) this.#close(number);
    else if (tables.size < MAX_TABLES) tables.set(number, table);
    else throw toolkit.error("STORE_INVALID_OPERATION", `${MAX_TABLES} tables are open already`);
  }

  keepSnapshot(number: number, snapshot: Snapshot): void {
    const { snapshots } = this.#session;
    if (snapshots.size >= MAX_SNAPSHOTS && !snapshots.has(number)) {
      throw toolkit.error("STORE_INVALID_OPERATION", `${MAX_SNAPSHOTS} snapshots are kept already`);
    }
    snapshots.set(number, snapshot);
  }

  /** The client needs a snapshot no more. */
  release(payload: PayloadReader): void {
    const number = payload.uint32();
    payload.finish();
    this.#session.snapshots.delete(number);
  }

  #close(number: number): void {
    const { tables, snapshots } = this.#session;
    tables.delete(number);
    for (const [key, { table }] of snapshots) if (table === number) snapshots.delete(key);
  }

  /** Does a request. Throws {@link Malformed} for what is none. */
  run(kind: number, id: number, payload: PayloadReader): void {
    this.lastId = id;
    if (kind === Kind.SCAN || kind === Kind.SCAN_KEYS) this.#scan(kind, id, payload);
    else if (kind === Kind.SCAN_SNAPSHOT) this.#scanSnapshot(id, payload);
    else if (isWrite(kind)) this.#write(kind, id, payload);
    else this.#do(kind, id, payload, false);
  }

  /** The client takes one more part of a scan. */
  more(id: number): void {
    this.#scans.get(id)?.more();
  }

  cancel(id: number): void {
    this.#scans.get(id)?.end();
  }

  /** The connection has ended. What was begun is done, and answered on the next one. */
  end(): void {
    for (const scan of [...this.#scans.values()]) scan.end();
  }

  /** A write that was done is answered again. */
  #write(kind: number, id: number, payload: PayloadReader): void {
    const state = this.#session.begin(id);
    if (state === "new") {
      this.#do(kind, id, payload, true);
    } else if (state === "forgotten") {
      const message = "the server has forgotten what became of the write";
      this.#fail(id, false, { code: "STORE_OUTCOME_UNKNOWN", message });
    } else if (state !== "under way") {
      this.#host.send(state);
    }
  }

  #do(kind: number, id: number, payload: PayloadReader, isWriting: boolean): void {
    const handler = HANDLERS.get(kind) as Handler<unknown> | undefined;
    if (handler === undefined) throw new Malformed(`there is no request ${kind}`);
    let result: unknown;
    try {
      result = handler.run(this, payload);
    } catch (error) {
      this.#failed(id, isWriting, error);
      return;
    }
    if (!isPromise(result)) {
      this.#succeed(id, isWriting, handler, result);
      return;
    }
    this.underWay++;
    void result
      .then(
        (value) => this.#succeed(id, isWriting, handler, value),
        (error: unknown) => this.#failed(id, isWriting, error),
      )
      .catch((error: unknown) => this.#host.malformed(error))
      .then(() => {
        this.underWay--;
        this.#host.done();
      });
  }

  #succeed(id: number, isWriting: boolean, handler: Handler<unknown>, value: unknown): void {
    try {
      this.#answer(Kind.VALUE, id, isWriting, (output) => handler.write(output, value));
    } catch (error) {
      this.#failed(id, isWriting, error);
    }
  }

  #failed(id: number, isWriting: boolean, error: unknown): void {
    if (error instanceof Malformed) {
      if (isWriting) this.#session.abandon(id);
      throw error;
    }
    this.#fail(id, isWriting, failureOf(error));
  }

  #fail(id: number, isWriting: boolean, failure: Failure): void {
    this.#answer(Kind.FAILURE, id, isWriting, (output) => writeFailure(output, failure));
    this.#host.failed(failure);
  }

  /** A write is answered on the connection that the client has by now; what was read, on the one that asked. */
  #answer(
    kind: number,
    id: number,
    isWriting: boolean,
    write: (output: FrameWriter) => void,
  ): void {
    const port = (isWriting ? this.#session.port : undefined) ?? this.#host;
    port.output.begin(kind, id);
    write(port.output);
    const { slab, start, end } = port.output.end();
    if (isWriting) this.#session.remember(id, slab.slice(start, end));
    port.flushSoon();
  }

  #scan(kind: number, id: number, payload: PayloadReader): void {
    const number = payload.uint32();
    const range = readRange(payload);
    payload.finish();
    this.#checkScans();
    try {
      const { methods, checkOpen } = this.table(number);
      if (kind === Kind.SCAN) {
        const write = (output: FrameWriter, record: StoreRecord) => output.record(record);
        this.#stream(id, methods.scan(range), checkOpen, write);
      } else {
        const write = (output: FrameWriter, key: Key) => output.key(key);
        this.#stream(id, methods.scanKeys(range), checkOpen, write);
      }
    } catch (error) {
      this.#failed(id, false, error);
    }
  }

  #scanSnapshot(id: number, payload: PayloadReader): void {
    const number = payload.uint32();
    const passed = readCount(payload);
    payload.finish();
    this.#checkScans();
    const snapshot = this.#session.snapshots.get(number);
    if (snapshot === undefined) {
      const error = toolkit.error("STORE_UNAVAILABLE", "the server has the snapshot no more");
      this.#failed(id, false, error);
      return;
    }
    const checkOpen = () => {};
    this.#stream(
      id,
      passingOver(snapshot.records, passed),
      checkOpen,
      (output, [record, moment]) => {
        output.record(record);
        output.moment(moment);
      },
    );
  }

  #checkScans(): void {
    if (this.#scans.size >= MAX_SCANS) throw new Malformed(`more than ${MAX_SCANS} scans`);
  }

  #stream<T>(
    id: number,
    scan: Scan<Mode, T>,
    checkOpen: () => void,
    write: (output: FrameWriter, item: T) => void,
  ): void {
    const stream = new ScanStream<T>(
      { id, scan, checkOpen, write },
      (frame) => this.#host.send(frame),
      () => this.#scans.delete(id),
    );
    this.#scans.set(id, stream as unknown as ScanStream<never>);
    stream.run();
  }
}
