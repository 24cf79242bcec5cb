import type { Arena } from "../memory/arena.js";
import type { CircleWatch } from "./circles.js";
import type { Answer } from "./message.js";
import { decodeMessage, encodeMessage, ROOM, readBytes, writeBytes } from "./message.js";
import * as share from "./share-block.js";
import { announceWait } from "./thread-state.js";

/** Milliseconds after which a waiting thread looks whether the owner is there still. */
const SLICE = 20;

/** Whose call it is. */
export interface CallHost {
  readonly arena: Arena;
  /** Of the share. */
  readonly address: number;
  readonly state: number;
  readonly ownerToken: number;
  readonly callTimeout: number;
  /** Takes a slot that is free; undefined: there is none. Returns its index. */
  claim(): number | undefined;
  /** Tells the owner that something is posted. */
  ring(): void;
  /** Throws unless the store is shared still, as far as is known. */
  check(): void;
  /** Throws if the owner waits for this very thread. */
  checkCircle(): void;
  /** Watches for circles of more than two; undefined: nobody waits for a thread that owns nothing. */
  watchCircles(): CircleWatch | undefined;
  /** Throws if the owner waits for others that wait for this thread. */
  checkCircleBy(watch: CircleWatch): void;
  timedOut(isWrite: boolean): Error;
  unknown(): Error;
}

/** One call: a slot, a request, an answer. */
export class Call {
  readonly #caller: CallHost;
  readonly #bytes: Uint8Array;
  readonly #isWrite: boolean;
  readonly #deadline: number;
  #slot = 0;
  /** The slot's state, but for what is going on in it. */
  #use = 0;
  #circles: CircleWatch | undefined;

  constructor(caller: CallHost, bytes: Uint8Array, isWrite: boolean) {
    this.#caller = caller;
    this.#bytes = bytes;
    this.#isWrite = isWrite;
    this.#deadline = performance.now() + caller.callTimeout;
  }

  run(): Uint8Array {
    this.#caller.checkCircle();
    this.#claim();
    announceWait(this.#caller.ownerToken);
    this.#circles = this.#caller.watchCircles();
    try {
      const block = this.#bytes.length > share.PAYLOAD_BYTES ? this.#askForRoom() : 0;
      const answer = this.#exchange(this.#bytes, block);
      this.#move(share.ANSWERED, share.FREE);
      return answer;
    } finally {
      announceWait(0);
    }
  }

  #claim(): void {
    for (;;) {
      const index = this.#caller.claim();
      if (index !== undefined) {
        this.#slot = share.slotAt(this.#caller.address, index);
        this.#use = Atomics.load(this.#words, this.#slot) & ~share.SLOT_STATE_MASK;
        return;
      }
      // All slots are taken: of threads that wait as this one does, or were ended meanwhile.
      const bell = this.#caller.address + share.BELL;
      this.#caller.ring();
      Atomics.wait(this.#words, bell, Atomics.load(this.#words, bell), 1);
      this.#caller.check();
      if (performance.now() > this.#deadline) throw this.#caller.timedOut(false);
    }
  }

  /** Where the owner has room for the request. */
  #askForRoom(): number {
    const room = this.#exchange(encodeMessage([ROOM, this.#bytes.length]), 0);
    const answer = decodeMessage<Answer>(room);
    this.#move(share.ANSWERED, share.CLAIMED);
    if (answer[0] === 0) return answer[1] as number;
    this.#move(share.CLAIMED, share.FREE);
    throw this.#caller.timedOut(false);
  }

  #exchange(bytes: Uint8Array, block: number): Uint8Array {
    const slot = this.#slot;
    if (block + (bytes.length >>> 2) + 2 > this.#words.length) this.#caller.arena.refresh();
    const words = this.#words;
    Atomics.store(words, slot + share.SLOT_LENGTH, bytes.length);
    Atomics.store(words, slot + share.SLOT_BLOCK, block);
    Atomics.store(words, slot + share.SLOT_SHARE, this.#caller.state);
    writeBytes(
      this.#caller.arena.bytes,
      block === 0 ? slot + share.SLOT_PAYLOAD : block + 1,
      bytes,
    );
    if (!this.#move(share.CLAIMED, share.POSTED)) throw this.#caller.unknown();
    this.#caller.ring();
    this.#wait();
    const length = Atomics.load(this.#words, slot + share.SLOT_LENGTH);
    const answerBlock = Atomics.load(this.#words, slot + share.SLOT_BLOCK);
    if (answerBlock + (length >>> 2) + 2 > this.#words.length) this.#caller.arena.refresh();
    const from = answerBlock === 0 ? slot + share.SLOT_PAYLOAD : answerBlock + 1;
    const answer = readBytes(this.#caller.arena.bytes, from, length);
    // Nobody gives a slot to another call before its answer had time to be fetched; but this thread may have stood still.
    if (Atomics.load(this.#words, slot) !== (this.#use | share.ANSWERED)) {
      throw this.#caller.unknown();
    }
    return answer;
  }

  #wait(): void {
    const answered = this.#use | share.ANSWERED;
    for (;;) {
      const state = Atomics.load(this.#words, this.#slot);
      if (state === answered) return;
      if ((state & ~share.SLOT_STATE_MASK) !== this.#use) throw this.#caller.unknown();
      const left = this.#deadline - performance.now();
      try {
        if (left <= 0) throw this.#caller.timedOut(this.#isWrite);
        this.#caller.check();
        this.#caller.checkCircle();
        if (this.#circles !== undefined) this.#caller.checkCircleBy(this.#circles);
      } catch (error) {
        if (this.#giveUp(state)) throw this.#refined(error, state);
        continue;
      }
      Atomics.wait(this.#words, this.#slot, state, Math.min(SLICE, left));
    }
  }

  /** Whether the call is over: not if the owner has gone on with it just now. */
  #giveUp(state: number): boolean {
    const begun = (state & share.SLOT_STATE_MASK) === share.SERVING;
    return begun
      ? this.#move(share.SERVING, share.ABANDONED)
      : this.#move(share.POSTED, share.FREE);
  }

  /** An owner that ended while it was at work on a write may have done it. */
  #refined(error: unknown, state: number): unknown {
    const begun = (state & share.SLOT_STATE_MASK) === share.SERVING;
    const { code } = error as { code?: string };
    return begun && this.#isWrite && code === "STORE_UNAVAILABLE" ? this.#caller.unknown() : error;
  }

  #move(from: number, to: number): boolean {
    const before = this.#use | from;
    return Atomics.compareExchange(this.#words, this.#slot, before, this.#use | to) === before;
  }

  get #words(): Int32Array {
    return this.#caller.arena.words;
  }
}
