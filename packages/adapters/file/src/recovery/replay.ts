import { decodeKey } from "@store/codec";
import { FIRST_STORAGE_ID, orderOf, STORAGE_ID_BYTES, storageIdOf } from "../format/entry-key.js";
import {
  CHANGE_HEADER_BYTES,
  countDelta,
  hasSuffix,
  isKnownTag,
  keyLength,
  valueLength,
} from "../format/log/change.js";
import { FRAME_HEADER_BYTES } from "../format/log/log-frame.js";
import { SystemTable } from "../format/system-tables.js";
import { LogBuffer } from "../log/log-buffer.js";
import { Memtable } from "../memtable/memtable.js";

/** A frame has a change that this version doesn't know. */
export class UnknownChange extends Error {
  readonly code = "STORE_NEWER_FORMAT";

  constructor() {
    super("the log has a change of a kind that this version doesn't know. The files are untouched");
  }
}

/** Brings frames of changes back into a memtable, as they were when they were written. */
export class Replay {
  readonly memtable = new Memtable(new LogBuffer());
  /** What the changes did to the number of records, by storage id. */
  readonly deltas = new Map<number, number>();
  nextStorageId: number;
  nextOrder: number;

  constructor(start: { readonly nextStorageId: number; readonly nextOrder: number }) {
    this.nextStorageId = start.nextStorageId;
    this.nextOrder = start.nextOrder;
  }

  /** Takes in the frames of a batch, whole. */
  apply(frames: readonly Buffer[]): void {
    for (const frame of frames) this.#applyFrame(frame);
  }

  #applyFrame(frame: Buffer): void {
    const chunk = this.memtable.buffer.reserve(frame.length);
    const start = chunk.used;
    frame.copy(chunk.buffer, start);
    chunk.used += frame.length;
    const end = start + frame.length;
    const { buffer } = chunk;
    for (let at = start + FRAME_HEADER_BYTES; at < end; ) {
      if (!isKnownTag(buffer, at)) throw new UnknownChange();
      const keyStart = at + CHANGE_HEADER_BYTES;
      const keyEnd = keyStart + keyLength(buffer, at);
      this.#learn(buffer, at, keyStart, keyEnd);
      this.memtable.set(chunk.base + at, keyStart, keyEnd);
      at = keyEnd + valueLength(buffer, at);
    }
  }

  #learn(buffer: Buffer, at: number, keyStart: number, keyEnd: number): void {
    const storageId = storageIdOf(buffer, keyStart);
    if (storageId >= FIRST_STORAGE_ID) {
      const delta = countDelta(buffer, at);
      if (delta !== 0) this.deltas.set(storageId, (this.deltas.get(storageId) ?? 0) + delta);
      if (hasSuffix(buffer, at)) {
        this.nextOrder = Math.max(this.nextOrder, orderOf(buffer, keyEnd) + 1);
      }
    } else if (storageId === SystemTable.tables) {
      const created = decodeKey(buffer, keyStart + STORAGE_ID_BYTES, keyEnd) as number;
      this.nextStorageId = Math.max(this.nextStorageId, created + 1);
    }
  }
}
