import { SUFFIX_BYTES } from "../format/entry.js";
import { FIRST_STORAGE_ID, storageIdOf } from "../format/entry-key.js";
import {
  CHANGE_HEADER_BYTES,
  type CountDelta,
  countDelta,
  hasSuffix,
  isTombstone,
  keyLength,
  putCountDelta,
  valueLength,
} from "../format/log/change.js";
import { FRAME_HEADER_BYTES } from "../format/log/log-frame.js";
import { hashKey } from "../format/run/filter-page.js";
import { FrameStager } from "../log/frame-stager.js";
import type { Log } from "../log/log.js";
import { LogBuffer } from "../log/log-buffer.js";
import { Memtable } from "../memtable/memtable.js";
import type { TreeView } from "./tree-view.js";

/** Fewer bytes of changes that are held aren't worth the work. */
export const LEAST_HELD_BYTES = 2 ** 15;

/**
 * Changes that are held until a sync (`ramFile`) may be changed again and again before one comes: keeps the last change of
 * each entry alone, and nothing of what came and went meanwhile. Returns the memtable that has what is left.
 */
export function condense(tree: TreeView, log: Log): Memtable {
  return new Condensing(tree, log).run();
}

class Condensing {
  readonly #tree: TreeView;
  readonly #log: Log;
  readonly #old: Memtable;
  readonly #buffer = new LogBuffer();
  readonly #stager = new FrameStager(this.#buffer);
  readonly #memtable = new Memtable(this.#buffer);
  /** What all that is held has done to the number of records, by entry. */
  readonly #deltas = new Map<number, number>();

  constructor(tree: TreeView, log: Log) {
    this.#tree = tree;
    this.#log = log;
    this.#old = tree.memtable;
  }

  run(): Memtable {
    const log = this.#log;
    const { index } = this.#old;
    this.#addUpDeltas();
    const { heldFrom } = log;
    // What is written needs its bytes, but not to be written again.
    for (let entry = 0; entry < index.size; entry++) {
      if (index.positionOf(entry) < heldFrom && !index.hidden.has(entry)) this.#keep(entry);
    }
    if (this.#stager.isStaging) this.#stager.seal(0);
    this.#stager.accept();
    for (let entry = 0; entry < index.size; entry++) {
      if (index.positionOf(entry) < heldFrom || index.hidden.has(entry)) continue;
      if (this.#isNeeded(entry)) this.#keep(entry);
    }
    log.replaceHeld(this.#buffer, this.#stager);
    // Deletions that are left are needed.
    this.#memtable.deadBytes = 0;
    return this.#memtable;
  }

  #addUpDeltas(): void {
    for (const { chunk, at: start, length } of this.#log.held) {
      const { buffer } = chunk;
      for (let at = start + FRAME_HEADER_BYTES; at < start + length; ) {
        const keyStart = at + CHANGE_HEADER_BYTES;
        const keyEnd = keyStart + keyLength(buffer, at);
        const delta = countDelta(buffer, at);
        if (delta !== 0) {
          const entry = this.#old.entryOf(buffer, keyStart, keyEnd);
          this.#deltas.set(entry, (this.#deltas.get(entry) ?? 0) + delta);
        }
        at = keyEnd + valueLength(buffer, at);
      }
    }
  }

  /** Whether somebody may miss the last change of an entry. */
  #isNeeded(entry: number): boolean {
    const { buffer, at } = this.#changeOf(entry);
    const start = at + CHANGE_HEADER_BYTES;
    const end = start + keyLength(buffer, at);
    const storageId = storageIdOf(buffer, start);
    // The tree's own tables say which numbers were given out.
    if (storageId < FIRST_STORAGE_ID) return true;
    const tree = this.#tree;
    const isGivenUp = tree.catalogue.byStorageId(storageId) === undefined;
    if (!isGivenUp && !isTombstone(buffer, at)) return true;
    // Nothing that is written has it, nor hides it from what is below.
    if ((this.#deltas.get(entry) ?? 0) !== 0 && !isGivenUp) return true;
    const lookupEnd = hasSuffix(buffer, at) ? end - SUFFIX_BYTES : end;
    return tree.hasFlushed(buffer, start, end, lookupEnd, hashKey(buffer, start, end));
  }

  #keep(entry: number): void {
    const { buffer, at } = this.#changeOf(entry);
    const keyStart = at + CHANGE_HEADER_BYTES;
    const keyEnd = keyStart + keyLength(buffer, at);
    const value = isTombstone(buffer, at)
      ? undefined
      : buffer.subarray(keyEnd, keyEnd + valueLength(buffer, at));
    const stager = this.#stager;
    stager.putBytes(buffer, keyStart, keyEnd, value, hasSuffix(buffer, at));
    const delta = (this.#deltas.get(entry) ?? 0) as CountDelta;
    putCountDelta(stager.chunk.buffer, stager.at, delta);
    this.#memtable.set(stager.position, stager.keyStart, stager.keyEnd);
  }

  #changeOf(entry: number): { readonly buffer: Buffer; readonly at: number } {
    const position = this.#old.index.positionOf(entry);
    const { buffer, base } = this.#old.buffer.chunkAt(position);
    return { buffer, at: position - base };
  }
}
