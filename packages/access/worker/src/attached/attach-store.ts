import { createStore, type Store, StoreError } from "@store/core";
import * as share from "../channel/share-block.js";
import { threadState } from "../channel/thread-state.js";
import type { StoreTicket } from "../shared/ticket.js";
import { attachedAdapter } from "./attached-adapter.js";
import type { AttachedOptions } from "./options.js";

/**
 * The store behind a ticket, in another thread than its owner's: a sync store of the same contract. Tables of
 * `sharedAdapter` are read from shared memory, others by asking the owner; writes are done by the owner, while this
 * thread stands still.
 *
 * `STORE_INVALID_OPTIONS` for what is no ticket, `STORE_INVALID_OPERATION` in the thread that owns the store,
 * `STORE_UNAVAILABLE` once it is closed. `close` closes what this thread has of it.
 */
export function attachStore(
  ticket: StoreTicket,
  options: Omit<AttachedOptions, "ticket"> = {},
): Store {
  const store = createStore({ adapter: attachedAdapter, options: { ...options, ticket } });
  const words = new Int32Array(ticket.memory, 4 * ticket.address, share.SLOTS);
  if (Atomics.load(words, share.STATE) !== ticket.state) {
    throw new StoreError("STORE_UNAVAILABLE", "attachStore: the store was closed by its owner");
  }
  if (Atomics.load(words, share.OWNER) === threadState().token) {
    throw new StoreError(
      "STORE_INVALID_OPERATION",
      "attachStore: this thread owns the store, and would wait for itself",
    );
  }
  return store;
}
