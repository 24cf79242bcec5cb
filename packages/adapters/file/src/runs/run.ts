import {
  isInLine,
  LINE_BYTES,
  LINES_PER_PAGE,
  lineOf,
  PAGE_BYTES,
} from "../format/run/filter-page.js";
import {
  decodeFooter,
  footerStart,
  type RunFooter,
  type RunSummary,
  TAIL_BYTES,
} from "../format/run/run-footer.js";
import {
  decodeHeader,
  formatOf,
  HEADER_BYTES,
  RUN_FORMAT,
  type RunOrigin,
} from "../format/run/run-header.js";
import { CHECKSUM_BYTES, type RunIdentity, runSalt } from "../format/run/run-identity.js";
import type { Descriptor, FileSystem } from "../platform/file-system.js";
import { readFully } from "../platform/whole-file.js";
import { type BlockCache, KEEP_DATA, KEEP_INDEX } from "./blocks/block-cache.js";
import { BlockCursor } from "./blocks/block-cursor.js";
import { BlockSource } from "./blocks/block-source.js";
import { RunCursor } from "./run-cursor.js";
import { CorruptRun, NewerRun } from "./run-error.js";
import { RunIndex } from "./run-index.js";

/**
 * A sorted run that {@link RunWriter} has written: entries that never change. Reading bytes that aren't those that were
 * written throws a {@link CorruptRun}, never gives a wrong answer.
 */
export class Run {
  readonly path: string;
  readonly summary: RunSummary;
  readonly origin: RunOrigin;
  /** What {@link find} found. Valid until anything is read through the same cache. */
  buffer: Buffer = Buffer.alloc(0);
  valueStart = 0;
  valueEnd = 0;
  isTombstone = false;
  readonly #footer: RunFooter;
  readonly #source: BlockSource;
  readonly #index: RunIndex;
  readonly #entries = new BlockCursor();

  private constructor(source: BlockSource, origin: RunOrigin, footer: RunFooter) {
    this.path = source.path;
    this.origin = origin;
    this.summary = footer.summary;
    this.#footer = footer;
    this.#source = source;
    this.#index = new RunIndex(source, footer);
  }

  /**
   * Reads the header and the footer, nothing else. Throws a {@link CorruptRun} if they aren't those of the run that is
   * expected, a {@link NewerRun} if a later version has written it.
   */
  static open(fileSystem: FileSystem, path: string, identity: RunIdentity, cache: BlockCache): Run {
    const file = fileSystem.open(path);
    try {
      const salt = runSalt(identity);
      const origin = checkHeader(readAt(fileSystem, file, 0, HEADER_BYTES), path, identity);
      const footer = readFooter(fileSystem, file, path, salt);
      return new Run(new BlockSource(fileSystem, path, file, salt, cache), origin, footer);
    } catch (error) {
      fileSystem.close(file);
      throw error;
    }
  }

  /** Whether a key of this hash (hashKey; in bags, of the key without suffix) may be there; about 1 % of others pass. */
  mayContain(hash: number): boolean {
    const { filterOffset, filterLines } = this.#footer;
    if (filterLines === 0) return false;
    const line = lineOf(hash, filterLines);
    const page = Math.floor(line / LINES_PER_PAGE);
    const firstLine = page * LINES_PER_PAGE;
    const lines = Math.min(filterLines - firstLine, LINES_PER_PAGE);
    const length = lines * LINE_BYTES + CHECKSUM_BYTES;
    this.#source.load(filterOffset + page * PAGE_BYTES, length, KEEP_INDEX);
    return isInLine(this.#source.buffer, (line - firstLine) * LINE_BYTES, hash);
  }

  /**
   * Looks for the entry, or the tombstone, of exactly this key, suffix included; its fields say then where it is. The
   * key must not be in a buffer of the cache.
   *
   * @param hash as in {@link mayContain}
   */
  find(key: Uint8Array, start: number, end: number, hash: number): boolean {
    if (!this.mayContain(hash)) return false;
    const index = this.#index;
    index.seek(key, start, end);
    this.#source.load(index.offset, index.length, KEEP_DATA);
    const entries = this.#entries;
    entries.openBlock(this.#source.buffer, 0, index.length);
    const found = entries.find(key, start, end);
    if (found === -1) return false;
    entries.goTo(found);
    this.buffer = entries.buffer;
    this.valueStart = entries.valueStart;
    this.valueEnd = entries.valueEnd;
    this.isTombstone = entries.isTombstone;
    return true;
  }

  /**
   * Where in the file the entries from this key on begin, about: the bytes between two keys are what lies between their
   * positions.
   */
  positionOf(key: Uint8Array, start: number, end: number): number {
    if (this.summary.entries === 0) return 0;
    const index = this.#index;
    index.seek(key, start, end);
    this.#source.load(index.offset, index.length, KEEP_DATA);
    const entries = this.#entries;
    entries.openBlock(this.#source.buffer, 0, index.length);
    const part = entries.lowerBound(key, start, end) / entries.count;
    return index.offset + index.length * part;
  }

  /** Says what is to be called whenever something that is read of it is damaged. */
  tellDamage(onDamage: () => void): void {
    this.#source.onDamage = onDamage;
  }

  /** A new position in the entries. To be used only as long as the run is open. */
  cursor(): RunCursor {
    return new RunCursor(this.#source, this.#footer);
  }

  /** Closes the file, and forgets what the cache has of it. */
  close(): void {
    this.#source.close();
  }

  /** {@link close} off the main thread. Never fails. */
  closeInBackground(): void {
    this.#source.closeInBackground();
  }
}

function checkHeader(header: Buffer, path: string, identity: RunIdentity): RunOrigin {
  const format = formatOf(header);
  if (format !== undefined && format > RUN_FORMAT) throw new NewerRun(path, format);
  const found = format === RUN_FORMAT ? decodeHeader(header) : undefined;
  if (found === undefined) throw new CorruptRun(path, 0, "damaged header");
  if (found.id !== identity.id || Buffer.compare(found.directory, identity.directory) !== 0) {
    throw new CorruptRun(path, 0, `header of another run (${found.id})`);
  }
  return found;
}

function readFooter(
  fileSystem: FileSystem,
  file: Descriptor,
  path: string,
  salt: number,
): RunFooter {
  const size = fileSystem.size(file);
  const tailAt = Math.max(size - TAIL_BYTES, 0);
  const tail = readAt(fileSystem, file, tailAt, TAIL_BYTES);
  const start = tail.length < TAIL_BYTES ? undefined : footerStart(tail, size);
  const footer =
    start === undefined
      ? undefined
      : decodeFooter(readAt(fileSystem, file, start, size - start), salt, start);
  if (footer === undefined) throw new CorruptRun(path, tailAt, "damaged footer");
  return footer;
}

function readAt(fileSystem: FileSystem, file: Descriptor, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  return bytes.subarray(0, readFully(fileSystem, file, bytes, 0, length, offset));
}
