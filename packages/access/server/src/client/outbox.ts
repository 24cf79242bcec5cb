import { FrameWriter } from "../protocol/frame-writer.js";
import { Kind } from "../protocol/kinds.js";
import type { Wire } from "../wire/wire.js";
import type { Call } from "./call.js";

/** The server is told what is settled when so many more requests are. */
const SETTLED_STEP = 256;

/** Requests that aren't answered yet, in the order of their ids: what is under way, and behind it what isn't sent. */
export class Outbox {
  readonly #calls = new Map<number, Call>();
  /** Those that aren't under way, from `#next` on. */
  #unsent: Call[] = [];
  #next = 0;
  #underWay = 0;
  /** Below that id all were settled when the server was told last. */
  #told = 0;
  readonly #frames = new FrameWriter();

  get size(): number {
    return this.#calls.size;
  }

  /** The id of the call that was made first; undefined: there is none. */
  get #oldest(): number | undefined {
    for (const id of this.#calls.keys()) return id;
    return undefined;
  }

  /** When the first of them has to be given up; `Infinity` if there is none. */
  get soonest(): number {
    let soonest = Number.POSITIVE_INFINITY;
    for (const { deadline } of this.#calls.values()) soonest = Math.min(soonest, deadline);
    return soonest;
  }

  add(call: Call): void {
    this.#calls.set(call.id, call);
    this.#unsent.push(call);
  }

  /** Takes out a call that is settled; undefined if it isn't there: it was given up. */
  settle(id: number): Call | undefined {
    const call = this.#calls.get(id);
    if (call === undefined) return undefined;
    this.#calls.delete(id);
    if (call.isUnderWay) this.#underWay--;
    call.isUnderWay = false;
    return call;
  }

  /** The connection has ended: all that is there is to be sent again. */
  rewind(): void {
    this.#underWay = 0;
    for (const call of this.#calls.values()) call.isUnderWay = false;
    this.#unsent = [...this.#calls.values()];
    this.#next = 0;
  }

  /** Calls that satisfy a condition are taken out. */
  remove(isRemoved: (call: Call) => boolean): Call[] {
    const removed = [...this.#calls.values()].filter(isRemoved);
    for (const { id } of removed) this.settle(id);
    return removed;
  }

  /** The server has begun none above that id. */
  notBegun(lastId: number): void {
    for (const call of this.#calls.values()) if (call.id > lastId) call.sentTo = undefined;
  }

  /**
   * Sends what may be sent.
   * @param life the session's, at the server
   * @param nextId that of the next call
   */
  flush(wire: Wire, life: string, window: number, nextId: number): void {
    const chunks: Uint8Array[] = [];
    let run: { slab: Uint8Array; start: number; end: number } | undefined;
    while (this.#next < this.#unsent.length && this.#underWay < window && !wire.isFull) {
      const call = this.#unsent[this.#next++] as Call;
      // Given up meanwhile.
      if (!this.#calls.has(call.id)) continue;
      call.sentTo = life;
      call.isUnderWay = true;
      this.#underWay++;
      const { slab, start, end } = call.frame;
      // What was written one after the other is sent as one.
      if (run?.slab === slab && run.end === start) {
        run.end = end;
        continue;
      }
      if (run !== undefined) chunks.push(run.slab.subarray(run.start, run.end));
      run = { slab, start, end };
    }
    if (run !== undefined) chunks.push(run.slab.subarray(run.start, run.end));
    if (this.#next === this.#unsent.length && this.#next > 0) {
      this.#unsent = [];
      this.#next = 0;
    }
    if (chunks.length === 0) return;
    this.#tellSettled(chunks, nextId);
    wire.write(chunks);
  }

  #tellSettled(chunks: Uint8Array[], nextId: number): void {
    const below = this.#oldest ?? nextId;
    if (below - this.#told < SETTLED_STEP) return;
    this.#told = below;
    this.#frames.begin(Kind.SETTLED, below);
    this.#frames.end();
    chunks.unshift(...this.#frames.take());
  }
}
