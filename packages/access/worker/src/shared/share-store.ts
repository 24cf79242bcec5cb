import {
  accessStore,
  type Store,
  type StoreRecord,
  type Table,
  type TableEntry,
} from "@store/core";
import { doBatch, doPlanned, type SentOperation, type SentRead } from "../channel/batch-calls.js";
import type { Answer, Request } from "../channel/message.js";
import { Pulse } from "../channel/pulse.js";
import * as share from "../channel/share-block.js";
import { SlotServer } from "../channel/slot-server.js";
import { type Arguments, TABLE_CALLS } from "../channel/table-calls.js";
import { threadState, type WaitingPlace } from "../channel/thread-state.js";
import { tablesByDetails } from "../tables/owned-table.js";
import { acquireMemory, closings, releaseMemory, type ThreadMemory } from "./thread-memory.js";
import type { StoreTicket } from "./ticket.js";

type AnyTable = Table<StoreRecord, "sync">;

/** How a table is found by who opened it from another thread. */
export interface OpenedTable {
  readonly id: number;
  readonly type: string;
  /** Of its header in shared memory, with its state; 0: its records come by message. */
  readonly address: number;
  readonly openState: number;
}

/** One pulse and one exit handler for all shares of this thread. */
let pulse:
  | { readonly beat: Pulse; readonly address: number; readonly memory: ThreadMemory }
  | undefined;
const shares = new Set<Share>();
const byStore = new WeakMap<object, Share>();

/**
 * Shares a sync store with other threads of the process: the ticket is plain data that any number of them may be handed,
 * for `attachStore`. This thread stays the owner: it alone writes, whenever its event loop turns. The same store gives the
 * same ticket. It is shared until it is closed, or this thread ends; sharing keeps neither alive.
 */
export function shareStore(store: Store): StoreTicket {
  const known = byStore.get(store);
  if (known?.isOpen === true) return known.ticket;
  // Closed ones say so.
  store.ensureTables();
  const made = new Share(store);
  byStore.set(store, made);
  return made.ticket;
}

/** A store as other threads see it. */
class Share {
  readonly ticket: StoreTicket;
  readonly #store: Store;
  readonly #memory: ThreadMemory;
  readonly #address: number;
  readonly #state: number;
  readonly #server: SlotServer;
  readonly #waits: WaitingPlace;
  readonly #tables: (AnyTable | undefined)[] = [];
  readonly #ids = new Map<AnyTable, number>();
  isOpen = true;

  constructor(store: Store) {
    this.#store = store;
    this.#memory = acquireMemory();
    const { arena, shares: pool } = this.#memory;
    this.#address = pool.take();
    const { words } = arena;
    const at = this.#address;
    this.#state = (Atomics.load(words, at + share.STATE) & ~share.STATUS_MASK) + share.NEXT_SHARE;
    Atomics.store(words, at + share.PULSE, pulseFor(this.#memory));
    Atomics.store(words, at + share.WAITS_FOR, 0);
    Atomics.store(words, at + share.OWNER, threadState().token);
    Atomics.store(words, at + share.STATE, this.#state);
    const { cells } = arena;
    this.#waits = { words, at: at + share.WAITS_FOR, cells, labelAt: (at + share.LABEL) / 2 };
    Atomics.store(cells, this.#waits.labelAt, threadState().label);
    threadState().waits.add(this.#waits);
    this.ticket = Object.freeze({
      version: 1,
      memory: arena.buffer,
      address: at,
      state: this.#state,
    });
    this.#server = new SlotServer(this.#memory, at, (request) => this.#serve(request));
    if (shares.size === 0) {
      process.on("exit", endAll);
      closings.add(lookAtAll);
    }
    shares.add(this);
  }

  close(status: number): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const { words } = this.#memory.arena;
    Atomics.store(words, this.#address + share.STATE, this.#state | status);
    this.#server.stop();
    threadState().waits.delete(this.#waits);
    shares.delete(this);
    if (shares.size === 0) {
      process.removeListener("exit", endAll);
      closings.delete(lookAtAll);
      stopPulse();
    }
    this.#memory.shares.give(this.#address);
    releaseMemory();
  }

  /** Closes it if its store was closed. */
  look(): void {
    if (this.isOpen && !this.#isStoreOpen()) this.close(share.IS_CLOSED);
  }

  #serve([call, ...args]: Request): Answer {
    try {
      return [0, this.#do(call, args as never[])];
    } catch (error) {
      if (!this.#isStoreOpen()) {
        this.close(share.IS_CLOSED);
        return [1, "STORE_UNAVAILABLE", "the store was closed by the thread that owns it"];
      }
      const { code } = error as { code?: unknown };
      return [1, typeof code === "string" ? code : "STORE_IO", wordsOf(error)];
    }
  }

  #do(call: string, args: readonly never[]): unknown {
    const tableOf = (id: number) => this.#table(id);
    switch (call) {
      case "openTable":
        return this.#open(args[0] as unknown as string, args[1] as unknown as string, args[2]);
      case "tables":
        return this.#store
          .tables(args[0] as unknown as string)
          .map(({ name, type }: TableEntry) => [name, type]);
      case "domains":
        return accessStore(this.#store)?.domains();
      case "dropTable":
        return this.#store.dropTable(args[0] as unknown as string, args[1] as unknown as string);
      case "transact":
        return doBatch(args as unknown as SentOperation[], tableOf, this.#store);
      case "planned":
        return doPlanned(
          args[0] as unknown as SentRead[],
          args[1] as unknown as SentOperation[],
          tableOf,
          this.#store,
        );
    }
    const [id, ...rest] = args;
    const run = TABLE_CALLS[call];
    if (run === undefined) throw new Error(`there is no call ${call}`);
    return run(this.#table(id as unknown as number), rest as unknown as Arguments, this.#store);
  }

  #open(domain: string, name: string, type: AnyTable["type"] | undefined): OpenedTable {
    const table = this.#ensure(domain, name, type);
    let id = this.#ids.get(table);
    if (id === undefined) {
      id = this.#tables.length;
      this.#tables.push(table);
      this.#ids.set(table, id);
    }
    const { details } = table.info();
    const shared = details && tablesByDetails.get(details);
    return {
      id,
      type: table.type,
      address: shared?.headerAddress ?? 0,
      openState: shared?.openState ?? 0,
    };
  }

  /** Another type than the table has is for the caller's own store to judge. */
  #ensure(domain: string, name: string, type: AnyTable["type"] | undefined): AnyTable {
    if (type === undefined) return this.#store.ensureTable(domain, name);
    try {
      return this.#store.ensureTable(domain, name, { type });
    } catch (error) {
      if ((error as { code?: string }).code !== "STORE_TABLE_TYPE_MISMATCH") throw error;
      return this.#store.ensureTable(domain, name);
    }
  }

  #table(id: number): AnyTable {
    const table = this.#tables[id];
    if (table === undefined) throw new Error(`there is no table ${id}`);
    return table;
  }

  #isStoreOpen(): boolean {
    try {
      this.#store.ensureTables();
      return true;
    } catch {
      return false;
    }
  }
}

/** The owner's words without its place: the caller's store adds its own. */
function wordsOf(error: unknown): string {
  const { message } = error as { message?: unknown };
  return String(message ?? error).replace(/^\w+(?: [^:]*)?: /, "");
}

function pulseFor(memory: ThreadMemory): number {
  if (pulse !== undefined && pulse.memory !== memory) stopPulse();
  if (pulse === undefined) {
    const address = memory.headers.take();
    const beat = new Pulse(memory.arena, address);
    if (!beat.beats) {
      memory.headers.give(address);
      return 0;
    }
    pulse = { beat, address, memory };
  }
  return pulse.address;
}

function stopPulse(): void {
  if (pulse === undefined) return;
  pulse.beat.stop();
  // The word isn't given back: the thread may count once more.
  pulse = undefined;
}

/** When this thread ends in order, who waits learns it at once. */
function endAll(): void {
  for (const each of [...shares]) each.close(share.IS_GONE);
}

function lookAtAll(): void {
  for (const each of [...shares]) each.look();
}
