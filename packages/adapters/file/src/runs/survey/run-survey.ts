import { LAST_STORAGE_ID, storageIdOf } from "../../format/entry-key.js";
import { LENGTH_IN_LOCATION } from "../../format/run/block.js";
import { PAGE_BYTES } from "../../format/run/filter-page.js";
import type { BlockLocation, RunFooter } from "../../format/run/run-footer.js";
import { HEADER_BYTES } from "../../format/run/run-header.js";
import { BlockCursor } from "../blocks/block-cursor.js";
import { BlockList } from "./block-list.js";
import { isBlock } from "./is-block.js";
import { type FoundPiece, PieceFinder } from "./piece-finder.js";
import type { PieceReader } from "./piece-reader.js";

/** What a run has that can be proven good. */
export interface RunSurvey {
  /** Blocks of data, in the order of their keys. */
  readonly blocks: BlockList;
  /** In these blocks. */
  readonly entries: number;
  readonly gaps: readonly Gap[];
}

/** Part of a run that isn't what was written. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** What was there belonged to storage ids from the first to the last of these. */
  readonly firstStorageId: number;
  readonly lastStorageId: number;
}

/**
 * Reads all of a run, and tells what is good: what the index leads to, and where that is damaged, or isn't known, the
 * pieces that a {@link PieceFinder} finds one behind the other.
 *
 * @param footer undefined if it is damaged
 */
export function surveyRun(
  reader: PieceReader,
  size: number,
  footer: RunFooter | undefined,
): RunSurvey {
  return new SurveyOfRun(reader, size, footer).run();
}

/** Nearly all pieces are shorter. */
const USUAL_BYTES = 2 ** 16;

interface Known extends BlockLocation {
  readonly isData: boolean;
}

/** The pieces of which the index tells, as far as it is good. */
interface KnownPieces {
  readonly data: BlockList;
  /** In the order of the file. */
  readonly index: readonly BlockLocation[];
}

class SurveyOfRun {
  readonly #reader: PieceReader;
  readonly #finder: PieceFinder;
  readonly #footer: RunFooter | undefined;
  /** Where the blocks end, as far as that is known. */
  readonly #limit: number;
  readonly #blocks = new BlockList();
  readonly #gaps: Gap[] = [];
  readonly #cursor = new BlockCursor();
  #entries = 0;
  #lastStorageId = 0;
  /** A gap whose end isn't known yet. */
  #gap: { from: number; to: number } | undefined;

  constructor(reader: PieceReader, size: number, footer: RunFooter | undefined) {
    this.#reader = reader;
    this.#footer = footer;
    this.#limit = footer === undefined ? size : footer.filterOffset;
    this.#finder = new PieceFinder(reader, size);
  }

  run(): RunSurvey {
    const { data, index } = this.#knownPieces();
    let nextData = 0;
    let nextIndex = 0;
    for (let offset = HEADER_BYTES; offset < this.#limit; ) {
      while (data.offsetOf(nextData) < offset) nextData++;
      while ((index[nextIndex]?.offset ?? Number.POSITIVE_INFINITY) < offset) nextIndex++;
      const block = index[nextIndex];
      const isData = data.offsetOf(nextData) < (block?.offset ?? Number.POSITIVE_INFINITY);
      const location = isData
        ? { offset: data.offsetOf(nextData), length: data.lengthOf(nextData) }
        : block;
      offset = this.#piece(offset, location && { ...location, isData });
    }
    const summary = this.#footer?.summary;
    const hasKeys = summary !== undefined && summary.entries > 0;
    this.#endGap(hasKeys ? storageIdOf(summary.largestKey, 0) : LAST_STORAGE_ID);
    return { blocks: this.#blocks, entries: this.#entries, gaps: this.#gaps };
  }

  /** Takes up what is at `offset`; returns where to go on. `known` is the next piece of which the index tells. */
  #piece(offset: number, known: Known | undefined): number {
    if (known?.offset === offset) {
      const end = offset + known.length;
      if (!this.#reader.read(offset, known.length, known.isData)) this.#lose(offset, end);
      else if (known.isData) this.#take(known);
      return end;
    }
    const limit = known?.offset ?? this.#limit;
    const end = this.#find(offset, Math.min(offset + USUAL_BYTES, limit));
    if (end !== undefined) return end;
    const next = this.#finder.nextBegin(offset + 1, limit) ?? limit;
    // What begins here, however long it is, ends before that.
    const endOfLong = next > offset + USUAL_BYTES ? this.#find(offset, next) : undefined;
    if (endOfLong !== undefined) return endOfLong;
    this.#lose(offset, next);
    return next;
  }

  /** Takes up the piece that begins at `offset` and ends before `limit`; returns its end, undefined if there is none. */
  #find(offset: number, limit: number): number | undefined {
    const isPiece = ({ end, isData }: FoundPiece): boolean => {
      const length = end - offset;
      if (!this.#reader.read(offset, length, isData)) return false;
      if (isBlock(this.#reader.buffer, length)) return true;
      return !isData && length <= PAGE_BYTES;
    };
    const found = this.#finder.endOf(offset, limit, isPiece);
    if (found?.isData) this.#take({ offset, length: found.end - offset });
    return found?.end;
  }

  #take({ offset, length }: BlockLocation): void {
    const cursor = this.#cursor;
    cursor.openBlock(this.#reader.buffer, 0, length);
    cursor.goTo(0);
    this.#endGap(storageIdOf(cursor.buffer, cursor.keyStart));
    cursor.goTo(cursor.count - 1);
    this.#lastStorageId = storageIdOf(cursor.buffer, cursor.keyStart);
    this.#blocks.add(offset, length);
    this.#entries += cursor.count;
  }

  #lose(from: number, to: number): void {
    this.#gap = { from: this.#gap?.from ?? from, to };
  }

  #endGap(lastStorageId: number): void {
    if (this.#gap === undefined) return;
    this.#gaps.push({ ...this.#gap, firstStorageId: this.#lastStorageId, lastStorageId });
    this.#gap = undefined;
  }

  #knownPieces(): KnownPieces {
    const data = new BlockList();
    const index: BlockLocation[] = [];
    const footer = this.#footer;
    if (footer === undefined || footer.summary.entries === 0) return { data, index };
    if (footer.levels === 0) data.add(footer.root.offset, footer.root.length);
    let above: BlockLocation[] = [footer.root];
    for (let level = footer.levels; level > 0; level--) {
      const below: BlockLocation[] = [];
      const add = (offset: number, length: number): void => {
        if (level === 1) data.add(offset, length);
        else below.push({ offset, length });
      };
      for (const location of above) {
        index.push(location);
        this.#addChildren(location, add);
      }
      above = below;
    }
    return { data, index: index.sort((a, b) => a.offset - b.offset) };
  }

  #addChildren(
    { offset, length }: BlockLocation,
    add: (offset: number, length: number) => void,
  ): void {
    if (!this.#reader.read(offset, length, false)) return;
    const cursor = this.#cursor;
    cursor.openBlock(this.#reader.buffer, 0, length);
    for (let index = 0; index < cursor.count; index++) {
      cursor.goTo(index);
      const { buffer, valueStart } = cursor;
      const child = buffer.readUIntLE(valueStart, LENGTH_IN_LOCATION);
      add(child, buffer.readUInt32LE(valueStart + LENGTH_IN_LOCATION));
    }
  }
}
