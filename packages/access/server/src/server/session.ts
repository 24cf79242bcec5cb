import { randomBytes } from "node:crypto";
import type { FrameWriter } from "../protocol/frame-writer.js";
import { ID_BYTES } from "../protocol/handshake.js";
import type { Snapshot } from "../requests/handler.js";
import type { ServedTable } from "../requests/served-store.js";

/** Bytes of answers that are remembered for a client. The answer that was given last is kept, however long it is. */
const REMEMBERED_BYTES = 2 ** 26;

/** The connection of a session. */
export interface SessionPort {
  readonly output: FrameWriter;
  /** Sends what was written to `output` before the event loop turns. */
  flushSoon(): void;
  /** The client has another connection. */
  replaced(): void;
}

/** What is known of a write: its answer; that it is under way; that it was forgotten; or nothing, and it may be done. */
export type WriteState = Uint8Array | "under way" | "forgotten" | "new";

/**
 * What the server knows of a client, over all of its connections: its tables and snapshots, and what its writes came to. A write whose
 * answer may not have arrived is asked for by its id, and never done again.
 */
export class Session {
  /** Tells this session from an earlier one of the same client. */
  readonly life = randomBytes(ID_BYTES);
  readonly tables = new Map<number, ServedTable>();
  /** By the numbers that the client has chosen. */
  readonly snapshots = new Map<number, Snapshot>();
  port: SessionPort | undefined;
  /** Ends the session some time after its last connection. */
  timer: NodeJS.Timeout | undefined;
  /** By the id of a write; undefined: it is under way. */
  readonly #answers = new Map<number, Uint8Array | undefined>();
  readonly #maxAnswers: number;
  #bytes = 0;
  /** No write up to this id is done: if it isn't among the answers, it was, and is forgotten. */
  #forgotten = -1;

  /** @param maxAnswers how many writes are remembered that the client hasn't settled */
  constructor(maxAnswers: number) {
    this.#maxAnswers = maxAnswers;
  }

  /** Notes that a write begins, if it is new. */
  begin(id: number): WriteState {
    if (this.#answers.has(id)) return this.#answers.get(id) ?? "under way";
    if (id <= this.#forgotten) return "forgotten";
    this.#answers.set(id, undefined);
    return "new";
  }

  /** Keeps what a write came to. */
  remember(id: number, answer: Uint8Array): void {
    // It may have been settled meanwhile, by a client that has given it up.
    if (!this.#answers.has(id)) return;
    this.#answers.set(id, answer);
    this.#bytes += answer.length;
    if (this.#answers.size > this.#maxAnswers || this.#bytes > REMEMBERED_BYTES) this.#shrink(id);
  }

  /** Nothing came of a write that was begun. */
  abandon(id: number): void {
    this.#answers.delete(id);
  }

  /** The client asks for no write below the id any more. */
  settle(below: number): void {
    for (const [id, answer] of this.#answers) if (id < below) this.#forget(id, answer);
    this.#forgotten = Math.max(this.#forgotten, below - 1);
  }

  /** Forgets what was answered longest ago. */
  #shrink(last: number): void {
    for (const [id, answer] of this.#answers) {
      if (this.#answers.size <= this.#maxAnswers && this.#bytes <= REMEMBERED_BYTES) return;
      if (answer === undefined || id === last) continue;
      this.#forget(id, answer);
      this.#forgotten = Math.max(this.#forgotten, id);
    }
  }

  #forget(id: number, answer: Uint8Array | undefined): void {
    this.#answers.delete(id);
    this.#bytes -= answer?.length ?? 0;
  }
}
