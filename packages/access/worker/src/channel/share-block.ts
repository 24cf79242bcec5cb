/**
 * What the owner of a store and those who attached it have in common, in words. Blocks are used again only as such, and
 * the generation in the state says whose it is.
 *
 *   0 state      a generation above; in the low two bits one of the three below
 *   1 bell       goes on with each request
 *   2 pulse      address of a word that goes on while the owner's thread lives; 0: it lives as long as the process
 *   3 waits for  the token of the thread that the owner itself is waiting for, 0 for none
 *   4 owner      the token of the owner's thread
 *   5 slots      how many have ever been used
 *   6 label      of 64 bits: the label that the owner shows; `circles.ts` says what for
 *
 * Then the slots. A slot belongs to one call at a time:
 *
 *   0 state      a generation above; in the low three bits FREE and so on
 *   1 length     of the request, or of the answer, in bytes
 *   2 block      where it is; 0: in the slot itself
 *   3 share      the state of the share that the request is for
 *   4 payload
 */
export const STATE = 0;
export const BELL = 1;
export const PULSE = 2;
export const WAITS_FOR = 3;
export const OWNER = 4;
export const SLOTS_USED = 5;
export const LABEL = 6;
export const SLOTS = 8;

export const IS_SHARED = 0;
export const IS_CLOSED = 1;
export const IS_GONE = 2;
export const STATUS_MASK = 3;
export const NEXT_SHARE = 4;

export const SLOT_COUNT = 256;
export const SLOT_WORDS = 128;
export const SHARE_WORDS = SLOTS + SLOT_COUNT * SLOT_WORDS;

export const SLOT_LENGTH = 1;
export const SLOT_BLOCK = 2;
export const SLOT_SHARE = 3;
export const SLOT_PAYLOAD = 4;
export const PAYLOAD_BYTES = 4 * (SLOT_WORDS - SLOT_PAYLOAD);

/** Nobody's. */
export const FREE = 0;
/** A caller writes its request. */
export const CLAIMED = 1;
/** The owner may begin with it; its caller may take it back. */
export const POSTED = 2;
/** The owner is at work. */
export const SERVING = 3;
/** The answer is there. */
export const ANSWERED = 4;
/** Its caller has given up; the owner will free it. */
export const ABANDONED = 5;
export const SLOT_STATE_MASK = 7;
export const NEXT_USE = 8;

export function slotAt(share: number, index: number): number {
  return share + SLOTS + index * SLOT_WORDS;
}
