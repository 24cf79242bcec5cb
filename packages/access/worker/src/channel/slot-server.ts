import type { Allocator } from "../memory/allocator.js";
import type { Arena } from "../memory/arena.js";
import {
  type Answer,
  decodeMessage,
  encodeMessage,
  type Request,
  ROOM,
  readBytes,
  writeBytes,
} from "./message.js";
import * as share from "./share-block.js";

/** Milliseconds for which requests are served without a turn of the event loop. */
const TURN = 5;
/**
 * Milliseconds for which the owner sleeps until the next request of a thread that it has just answered. Not in a loop that
 * looks: where there are more threads than processors, that one waits for whom it keeps from running.
 */
const LINGER = 0.05;
/**
 * Looks, one a second at most, through which an answer must have waited until it is taken for one that nobody fetches.
 * A caller fetches it as soon as it is woken; one that was ended never does.
 */
const STALE_LOOKS = 3;
/** The same for a slot whose request was never finished. */
const STALE_CLAIMS = 60;

/** `Atomics.waitAsync`, which TypeScript's library of ES2022 hasn't. */
const { waitAsync } = Atomics as unknown as {
  waitAsync(
    words: Int32Array,
    at: number,
    value: number,
  ): { async: boolean; value: Promise<unknown> | string };
};

interface SeenSlot {
  state: number;
  looks: number;
}

/** Serves the slots of a share: in the owner's thread, whenever its event loop turns. */
export class SlotServer {
  readonly #arena: Arena;
  readonly #allocator: Allocator;
  readonly #address: number;
  readonly #serve: (request: Request) => Answer;
  /** Blocks beside slots: which use of the slot they are for. */
  readonly #blocks = new Map<number, { use: number; block: number }>();
  readonly #seen = new Map<number, SeenSlot>();
  #isStopped = false;
  #lastLook = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    memory: { readonly arena: Arena; readonly allocator: Allocator },
    address: number,
    serve: (request: Request) => Answer,
  ) {
    this.#arena = memory.arena;
    this.#allocator = memory.allocator;
    this.#address = address;
    this.#serve = serve;
    this.#freeAll();
    this.#arm();
  }

  /** What an earlier share has left. */
  #freeAll(): void {
    const { words } = this.#arena;
    const used = Atomics.load(words, this.#address + share.SLOTS_USED);
    for (let index = 0; index < used; index++) {
      const slot = share.slotAt(this.#address, index);
      for (;;) {
        const state = Atomics.load(words, slot);
        const free = (state + share.NEXT_USE) & ~share.SLOT_STATE_MASK;
        if (Atomics.compareExchange(words, slot, state, free) === state) break;
      }
    }
  }

  /** From now on nothing is served. Wakes all who wait. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const { words } = this.#arena;
    for (const { block } of this.#blocks.values()) this.#allocator.free(block);
    this.#blocks.clear();
    Atomics.add(words, this.#address + share.BELL, 1);
    Atomics.notify(words, this.#address + share.BELL);
    this.wakeAll();
  }

  wakeAll(): void {
    const { words } = this.#arena;
    const used = Atomics.load(words, this.#address + share.SLOTS_USED);
    for (let index = 0; index < used; index++) {
      Atomics.notify(words, share.slotAt(this.#address, index));
    }
  }

  #arm(): void {
    if (this.#isStopped) return;
    const { words } = this.#arena;
    const bell = this.#address + share.BELL;
    const rung = Atomics.load(words, bell);
    // What was posted before the bell was read has rung for nobody.
    this.#serveAll(rung);
  }

  #serveAll(rungBefore: number): void {
    const { words } = this.#arena;
    const bell = this.#address + share.BELL;
    const end = performance.now() + TURN;
    let rung = rungBefore;
    let hasServed = false;
    for (;;) {
      // A ring may come after its request was served: then there is nothing now, and soon there is.
      hasServed = this.#pass() > 0 || hasServed;
      if (this.#isStopped) return;
      if (performance.now() > end) {
        // Not unreferenced: the event loop would sleep before it.
        setImmediate(() => this.#arm());
        return;
      }
      const now = Atomics.load(words, bell);
      if (now === rung) {
        // Who was answered asks again at once, as a rule: sooner than the event loop would turn.
        if (!hasServed || Atomics.wait(words, bell, rung, LINGER) === "timed-out") break;
      }
      rung = Atomics.load(words, bell);
    }
    this.#lookAround();
    const wait = waitAsync(words, bell, rung);
    if (wait.async) void (wait.value as Promise<unknown>).then(() => this.#arm());
    else setImmediate(() => this.#arm());
  }

  /** Serves what is posted; returns how many requests. */
  #pass(): number {
    const used = Atomics.load(this.#arena.words, this.#address + share.SLOTS_USED);
    let served = 0;
    for (let index = 0; index < used && !this.#isStopped; index++) {
      const slot = share.slotAt(this.#address, index);
      const state = Atomics.load(this.#arena.words, slot);
      if ((state & share.SLOT_STATE_MASK) !== share.POSTED) continue;
      const use = state & ~share.SLOT_STATE_MASK;
      if (!this.#move(slot, use, share.POSTED, share.SERVING)) continue;
      served++;
      this.#answer(slot, use);
    }
    return served;
  }

  #answer(slot: number, use: number): void {
    const { words } = this.#arena;
    const length = Atomics.load(words, slot + share.SLOT_LENGTH);
    const block = Atomics.load(words, slot + share.SLOT_BLOCK);
    if (Atomics.load(words, slot + share.SLOT_SHARE) !== Atomics.load(words, this.#address)) {
      // Of who still had the share that was here before: it looks, and learns that that one is closed.
      this.#move(slot, use, share.SERVING, share.POSTED);
      return;
    }
    const from = block === 0 ? slot + share.SLOT_PAYLOAD : block + 1;
    this.#answerTo(slot, use, readBytes(this.#arena.bytes, from, length));
    if (this.#isStopped) return;
    if (!this.#move(slot, use, share.SERVING, share.ANSWERED)) {
      // Its caller has given up.
      this.#freeBlock(slot);
      this.#move(slot, use, share.ABANDONED, share.FREE);
      return;
    }
    Atomics.notify(this.#arena.words, slot);
  }

  #answerTo(slot: number, use: number, bytes: Uint8Array): void {
    let answer: Uint8Array;
    try {
      const request = decodeMessage<Request>(bytes);
      answer = encodeMessage(
        request[0] === ROOM
          ? [0, this.#roomFor(slot, use, request[1] as number)]
          : this.#serve(request),
      );
    } catch (error) {
      answer = encodeMessage([1, "STORE_IO", String(error)]);
    }
    if (this.#isStopped) return;
    const inSlot = answer.length <= share.PAYLOAD_BYTES;
    const isRoom = this.#blocks.get(slot)?.use === use && bytes.length <= share.PAYLOAD_BYTES;
    let block = 0;
    if (!inSlot) block = this.#roomFor(slot, use, answer.length);
    else if (!isRoom) this.#freeBlock(slot);
    const { words } = this.#arena;
    Atomics.store(words, slot + share.SLOT_LENGTH, answer.length);
    Atomics.store(words, slot + share.SLOT_BLOCK, block);
    writeBytes(this.#arena.bytes, block === 0 ? slot + share.SLOT_PAYLOAD : block + 1, answer);
  }

  #roomFor(slot: number, use: number, bytes: number): number {
    this.#freeBlock(slot);
    const block = this.#allocator.allocate((bytes + 3) >>> 2);
    this.#blocks.set(slot, { use, block });
    return block;
  }

  #freeBlock(slot: number): void {
    const beside = this.#blocks.get(slot);
    if (beside === undefined) return;
    this.#blocks.delete(slot);
    this.#allocator.free(beside.block);
  }

  /** Gives back what threads that were ended have left: blocks of answers, and slots. */
  #lookAround(): void {
    const { words } = this.#arena;
    for (const [slot, { use }] of this.#blocks) {
      const state = Atomics.load(words, slot);
      const isOver =
        (state & ~share.SLOT_STATE_MASK) !== use || (state & share.SLOT_STATE_MASK) === share.FREE;
      if (isOver) this.#freeBlock(slot);
    }
    const now = performance.now();
    if (now - this.#lastLook > 1_000) {
      this.#lastLook = now;
      this.#lookForStale();
    }
    if (this.#timer !== undefined || (this.#seen.size === 0 && this.#blocks.size === 0)) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#isStopped) this.#lookAround();
    }, 1_001);
    this.#timer.unref();
  }

  #lookForStale(): void {
    const { words } = this.#arena;
    const used = Atomics.load(words, this.#address + share.SLOTS_USED);
    for (let index = 0; index < used; index++) {
      const slot = share.slotAt(this.#address, index);
      const state = Atomics.load(words, slot);
      const doing = state & share.SLOT_STATE_MASK;
      if (doing !== share.ANSWERED && doing !== share.CLAIMED) {
        this.#seen.delete(slot);
        continue;
      }
      const seen = this.#seen.get(slot);
      if (seen === undefined || seen.state !== state) {
        this.#seen.set(slot, { state, looks: 1 });
        continue;
      }
      seen.looks++;
      if (seen.looks <= (doing === share.ANSWERED ? STALE_LOOKS : STALE_CLAIMS)) continue;
      this.#seen.delete(slot);
      const use = state & ~share.SLOT_STATE_MASK;
      if (this.#move(slot, use, doing, share.FREE)) this.#freeBlock(slot);
    }
  }

  #move(slot: number, use: number, from: number, to: number): boolean {
    const before = use | from;
    return Atomics.compareExchange(this.#arena.words, slot, before, use | to) === before;
  }
}
