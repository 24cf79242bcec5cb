import type { Toolkit } from "@store/core";
import type { Arena } from "../memory/arena.js";
import type { Answer } from "./message.js";
import {
  decodeMessage,
  encodeMessage,
  type Request,
  ROOM,
  readBytes,
  writeBytes,
} from "./message.js";
import { PulseWatch } from "./pulse.js";
import * as share from "./share-block.js";
import { announceWait, threadState } from "./thread-state.js";

/** Where a store is shared. */
export interface SharePlace {
  readonly address: number;
  /** Its state as long as it is shared. */
  readonly state: number;
}

/** Milliseconds after which a waiting thread looks whether the owner is there still. */
const SLICE = 20;

/** Calls the owner of a store from another thread, which stands still until the answer is there. */
export class Caller {
  readonly arena: Arena;
  readonly #place: SharePlace;
  readonly #callTimeout: number;
  readonly #toolkit: Toolkit;
  readonly #watch = new PulseWatch();
  /** The slot that was free last. */
  #slot = 0;

  constructor(arena: Arena, place: SharePlace, callTimeout: number, toolkit: Toolkit) {
    this.arena = arena;
    this.#place = place;
    this.#callTimeout = callTimeout;
    this.#toolkit = toolkit;
  }

  /** @param isWrite whether anything may have changed when no answer comes */
  call<T>(request: Request, isWrite: boolean): T {
    this.check();
    const bytes = encodeMessage(request);
    const answer = decodeMessage<Answer>(new Call(this, bytes, isWrite).run());
    if (answer[0] === 0) return answer[1] as T;
    throw this.#toolkit.error(answer[1] as Parameters<Toolkit["error"]>[0], answer[2]);
  }

  /** Throws unless the store is shared still, as far as its owner has said, and the owner's thread lives. */
  check(): void {
    const { words } = this.arena;
    const { address, state } = this.#place;
    const found = Atomics.load(words, address + share.STATE);
    if (found !== state) throw this.#ended(found);
    const pulse = Atomics.load(words, address + share.PULSE);
    if (pulse === 0 || this.#watch.isAlive(words, pulse)) return;
    // For all who ask from now on.
    Atomics.compareExchange(words, address + share.STATE, state, state | share.IS_GONE);
    throw this.#ended(state | share.IS_GONE);
  }

  /** Throws if the owner waits for this very thread. */
  checkCircle(): void {
    const { words } = this.arena;
    const owner = Atomics.load(words, this.#place.address + share.OWNER);
    const { token } = threadState();
    if (owner === token) throw this.circle("this thread owns the store: it would wait for itself");
    if (Atomics.load(words, this.#place.address + share.WAITS_FOR) === token) {
      throw this.circle(
        "the owner of the store is waiting for this thread: both would wait for ever",
      );
    }
  }

  circle(detail: string): Error {
    return this.#toolkit.error("STORE_INVALID_OPERATION", detail);
  }

  timedOut(isWrite: boolean): Error {
    const detail = `the owner of the store hasn't answered within ${this.#callTimeout} ms`;
    return isWrite
      ? this.#toolkit.error("STORE_OUTCOME_UNKNOWN", `${detail}; the call may or may not be done`)
      : this.#toolkit.error("STORE_UNAVAILABLE", `${detail}; nothing was changed`);
  }

  unknown(): Error {
    return this.#toolkit.error(
      "STORE_OUTCOME_UNKNOWN",
      "the answer was lost: it was not fetched in time",
    );
  }

  get callTimeout(): number {
    return this.#callTimeout;
  }

  get address(): number {
    return this.#place.address;
  }

  get state(): number {
    return this.#place.state;
  }

  get ownerToken(): number {
    return Atomics.load(this.arena.words, this.#place.address + share.OWNER);
  }

  /** Takes a slot that is free; undefined: there is none. Returns its index. */
  claim(): number | undefined {
    const { words } = this.arena;
    for (let tries = 0; tries < share.SLOT_COUNT; tries++) {
      const index = (this.#slot + tries) % share.SLOT_COUNT;
      const at = share.slotAt(this.#place.address, index);
      const state = Atomics.load(words, at);
      if ((state & share.SLOT_STATE_MASK) !== share.FREE) continue;
      const claimed = ((state + share.NEXT_USE) & ~share.SLOT_STATE_MASK) | share.CLAIMED;
      if (Atomics.compareExchange(words, at, state, claimed) !== state) continue;
      this.#slot = index;
      this.#noteUsed(index + 1);
      return index;
    }
    return undefined;
  }

  ring(): void {
    const { words } = this.arena;
    Atomics.add(words, this.#place.address + share.BELL, 1);
    Atomics.notify(words, this.#place.address + share.BELL);
  }

  #noteUsed(count: number): void {
    const { words } = this.arena;
    const at = this.#place.address + share.SLOTS_USED;
    for (let used = Atomics.load(words, at); used < count; ) {
      const found = Atomics.compareExchange(words, at, used, count);
      if (found === used) return;
      used = found;
    }
  }

  #ended(state: number): Error {
    const isSame = (state & ~share.STATUS_MASK) === this.#place.state;
    const why =
      isSame && (state & share.STATUS_MASK) === share.IS_GONE
        ? "the thread that owns the store has ended"
        : "the store was closed by the thread that owns it";
    return this.#toolkit.error("STORE_UNAVAILABLE", why);
  }
}

/** One call: a slot, a request, an answer. */
class Call {
  readonly #caller: Caller;
  readonly #bytes: Uint8Array;
  readonly #isWrite: boolean;
  readonly #deadline: number;
  #slot = 0;
  /** The slot's state, but for what is going on in it. */
  #use = 0;

  constructor(caller: Caller, bytes: Uint8Array, isWrite: boolean) {
    this.#caller = caller;
    this.#bytes = bytes;
    this.#isWrite = isWrite;
    this.#deadline = performance.now() + caller.callTimeout;
  }

  run(): Uint8Array {
    this.#caller.checkCircle();
    this.#claim();
    announceWait(this.#caller.ownerToken);
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
    for (;;) {
      const state = Atomics.load(this.#words, this.#slot);
      if (state === (this.#use | share.ANSWERED)) return;
      if ((state & ~share.SLOT_STATE_MASK) !== this.#use) throw this.#caller.unknown();
      const left = this.#deadline - performance.now();
      try {
        if (left <= 0) throw this.#caller.timedOut(this.#isWrite);
        this.#caller.check();
        this.#caller.checkCircle();
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
