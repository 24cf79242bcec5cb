import { decodeKey } from "@store/codec";
import { SUFFIX_BYTES } from "../format/entry.js";
import { EntryKey, STORAGE_ID_BYTES, storageIdOf } from "../format/entry-key.js";
import { momentOf } from "../format/entry-value.js";
import { SystemTable } from "../format/system-tables.js";
import type { Host, Timer } from "../platform/host.js";
import type { TableState } from "./table-state.js";
import type { Transaction } from "./transaction.js";
import type { TreeView } from "./tree-view.js";

/** So many records, at most, are removed at a time. */
const AT_A_TIME = 256;
/** Milliseconds. What is due is removed at most so much later. */
const LONGEST_WAIT = 30_000;
/** Milliseconds from one part to the next while more is due. */
const SHORTEST_WAIT = 20;

/** A tree of which records expire. */
export interface ExpiringTree extends TreeView {
  /** A failure in the background waits for someone who can be told. */
  readonly hasFailure: boolean;
}

/**
 * Removes the records whose moment is past. Which these are says an index, one of the tree's own tables: an entry for
 * each moment that a record ever got. A record that has another moment by now, or is gone, is left alone.
 */
export class Expiry {
  readonly #tree: ExpiringTree;
  readonly #host: Host;
  /** No moment in the index is before this. Nobody has looked yet: anything may be due. */
  #nextDue = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(tree: ExpiringTree, host: Host) {
    this.#tree = tree;
    this.#host = host;
  }

  /** A record gets a moment. */
  note(moment: number): void {
    if (moment < this.#nextDue) this.#nextDue = moment;
    this.#arm();
  }

  /** Removes some of what is due, if anything is. What fails is tried again later. */
  sweep(): void {
    if (this.#nextDue === Number.POSITIVE_INFINITY || this.#isClosed) return;
    if (this.#tree.hasFailure) return;
    if (this.#now() < this.#nextDue) {
      this.#arm();
      return;
    }
    try {
      this.#tree.write((transaction) => this.#removeDue(transaction));
    } catch {
      // Nobody has asked for it. A write that the user asks for says what is wrong.
      this.#nextDue = this.#now();
    }
    this.#arm();
  }

  /** Begins to look by itself, if there are moments. */
  start(): void {
    this.#arm();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #now(): number {
    return this.#host.wallTime();
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    if (this.#nextDue === Number.POSITIVE_INFINITY) return;
    const wait = Math.min(Math.max(this.#nextDue - this.#now(), SHORTEST_WAIT), LONGEST_WAIT);
    this.#timer = this.#host.startTimer(wait, () => {
      this.#timer = undefined;
      this.sweep();
    });
  }

  #removeDue(transaction: Transaction): void {
    const now = this.#now();
    const due = this.#due(now);
    for (const { indexKey, moment, entryKey } of due) {
      this.#removeIfDue(transaction, entryKey, moment);
      transaction.removeSystem(indexKey, 0, indexKey.length);
    }
  }

  /** The first entries of the index that are due. */
  #due(now: number): Due[] {
    const due: Due[] = [];
    const begin = new EntryKey();
    begin.setStorageId(SystemTable.moments);
    const cursor = this.#tree.cursor();
    this.#nextDue = Number.POSITIVE_INFINITY;
    for (cursor.seek(begin.buffer, 0, begin.length); cursor.isValid; cursor.next()) {
      const { buffer, keyStart, keyEnd } = cursor;
      if (storageIdOf(buffer, keyStart) !== SystemTable.moments) break;
      if (cursor.isTombstone) continue;
      const [moment, entryKey] = decodeKey(buffer, keyStart + STORAGE_ID_BYTES, keyEnd) as Indexed;
      if (moment > now || due.length === AT_A_TIME) {
        this.#nextDue = moment;
        break;
      }
      const indexKey = Uint8Array.prototype.slice.call(buffer, keyStart, keyEnd);
      due.push({ moment, entryKey: Buffer.from(entryKey), indexKey });
    }
    return due;
  }

  #removeIfDue(transaction: Transaction, key: Buffer, moment: number): void {
    const tree = this.#tree;
    const table = tree.catalogue.byStorageId(storageIdOf(key, 0));
    if (table === undefined) return;
    const hasSuffix = isBag(table);
    const lookupEnd = hasSuffix ? key.length - SUFFIX_BYTES : key.length;
    if (!tree.find(key, 0, key.length, lookupEnd)) return;
    const { buffer, valueStart } = tree.hit;
    if (momentOf(buffer, valueStart) === moment) {
      transaction.remove(table, key, 0, key.length, hasSuffix);
    }
  }
}

type Indexed = readonly [moment: number, entryKey: Uint8Array];

interface Due {
  readonly moment: number;
  readonly entryKey: Buffer;
  readonly indexKey: Uint8Array;
}

function isBag({ type }: TableState): boolean {
  return type === "bag" || type === "duplicate_bag";
}
