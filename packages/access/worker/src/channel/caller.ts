import type { Toolkit } from "@store/core";
import type { Arena } from "../memory/arena.js";
import { Call, type CallHost } from "./call.js";
import { CircleWatch } from "./circles.js";
import { type Answer, decodeMessage, encodeMessage, type Request } from "./message.js";
import { PulseWatch } from "./pulse.js";
import * as share from "./share-block.js";
import { threadState } from "./thread-state.js";

/** Where a store is shared. */
export interface SharePlace {
  readonly address: number;
  /** Its state as long as it is shared. */
  readonly state: number;
}

/** Calls the owner of a store from another thread, which stands still until the answer is there. */
export class Caller implements CallHost {
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

  checkCircle(): void {
    const { words } = this.arena;
    const owner = Atomics.load(words, this.#place.address + share.OWNER);
    const { token } = threadState();
    if (owner === token) throw this.#circle("this thread owns the store: it would wait for itself");
    if (Atomics.load(words, this.#waitsForAt) === token) {
      throw this.#circle(
        "the owner of the store is waiting for this thread: both would wait for ever",
      );
    }
  }

  watchCircles(): CircleWatch | undefined {
    return threadState().waits.size === 0 ? undefined : new CircleWatch(this.#label);
  }

  checkCircleBy(watch: CircleWatch): void {
    const isClosed = watch.isClosedBy(this.#label);
    // Else it has given up just now.
    if (!isClosed || Atomics.load(this.arena.words, this.#waitsForAt) === 0) return;
    throw this.#circle(
      "the owner of the store is waiting for others that wait for this thread: all would wait for ever",
    );
  }

  get #waitsForAt(): number {
    return this.#place.address + share.WAITS_FOR;
  }

  get #label(): bigint {
    return Atomics.load(this.arena.cells, (this.#place.address + share.LABEL) / 2);
  }

  #circle(detail: string): Error {
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
