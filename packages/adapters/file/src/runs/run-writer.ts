import { dirname } from "node:path";
import type { Entry } from "../format/entry.js";
import { compareKeys } from "../format/key-order.js";
import { BlockBuilder } from "../format/run/block-builder.js";
import { linesFor, PAGE_BYTES } from "../format/run/filter-page.js";
import { type BlockLocation, encodeFooter, type RunSummary } from "../format/run/run-footer.js";
import { encodeHeader, type RunOrigin } from "../format/run/run-header.js";
import { indexSalt, type RunIdentity, runSalt } from "../format/run/run-identity.js";
import type { FileSystem } from "../platform/file-system.js";
import type { DiskSteps, Syncing } from "../platform/syncing.js";
import { FilterBuilder, hashKey } from "./filter.js";
import { FilterPages } from "./filter-pages.js";
import { HashSpill } from "./hash-spill.js";
import { IndexBuilder } from "./index-builder.js";
import { SequentialFile } from "./sequential-file.js";

/** Others have a turn after so many hashes, a multiple of which go into a filter. */
const HASHES_PER_TURN = 2 ** 16;
const PAGES_PER_TURN = 256;

/**
 * Writes a sorted run: entries in the order of their keys, then {@link finish}. Until that is through, the file is no run
 * yet. A call that throws leaves it so: what remains is to {@link abandon} it.
 */
export class RunWriter {
  readonly #fileSystem: FileSystem;
  readonly #path: string;
  readonly #salt: number;
  readonly #file: SequentialFile;
  readonly #block = new BlockBuilder(1);
  readonly #index: IndexBuilder;
  readonly #filter: FilterBuilder;
  #entries = 0;
  #tombstones = 0;
  #keyBytes = 0;
  #valueBytes = 0;
  #smallestKey = Buffer.alloc(0);
  /** Of the first key in the block, how many bytes tell it from all before. */
  #separatorBytes = 0;
  #isOpen = true;

  /** Creates the file. */
  constructor(fileSystem: FileSystem, path: string, identity: RunIdentity, origin: RunOrigin) {
    this.#fileSystem = fileSystem;
    this.#path = path;
    this.#salt = runSalt(identity);
    this.#file = new SequentialFile(fileSystem, path);
    this.#filter = new FilterBuilder(() => new HashSpill(fileSystem, `${path}.hashes`));
    this.#index = new IndexBuilder((block) => this.#writeBlock(block, indexSalt(this.#salt)));
    const header = encodeHeader(identity, origin);
    this.#file.append(header, header.length);
  }

  /** Bytes of the run as it is, without index and filter. */
  get bytes(): number {
    return this.#file.length + (this.#block.count === 0 ? 0 : this.#block.bytes);
  }

  /** How many entries were added. */
  get entries(): number {
    return this.#entries;
  }

  /** So much is written that {@link sync} should be called before more is added. */
  get wantsSync(): boolean {
    return this.#file.wantsSync;
  }

  /** Adds a copy of an entry. Its key is above all keys before, or it throws. */
  add(cursor: Entry): void {
    const { buffer, keyStart, keyEnd, isTombstone } = cursor;
    const block = this.#block;
    if (this.#entries === 0) {
      this.#smallestKey = Buffer.from(buffer.subarray(keyStart, keyEnd));
    } else {
      const { buffer: last, lastKeyStart, lastKeyEnd } = block;
      if (compareKeys(last, lastKeyStart, lastKeyEnd, buffer, keyStart, keyEnd) >= 0) {
        throw new Error(`a key of ${this.#path} is not above the one before`);
      }
      if (!block.hasRoom(cursor)) this.#endBlock(cursor);
    }
    block.add(cursor);
    this.#entries++;
    this.#keyBytes += keyEnd - keyStart;
    if (isTombstone) this.#tombstones++;
    else this.#valueBytes += cursor.valueEnd - cursor.valueStart;
    this.#filter.add(hashKey(buffer, keyStart, keyEnd - cursor.suffixBytes));
  }

  /** Returns when all blocks that are full are on disk. */
  *sync(syncing: Syncing): DiskSteps<void> {
    yield* this.#file.sync(syncing);
  }

  /** Writes the rest. Returns when the run is on disk, and so is its name. */
  *finish(syncing: Syncing): DiskSteps<RunSummary> {
    const { levels, root } = this.#finishBlocks();
    const filterOffset = this.#file.length;
    const filterLines = yield* this.#writeFilter(syncing);
    const { buffer, lastKeyStart, lastKeyEnd } = this.#block;
    const summary = {
      entries: this.#entries,
      tombstones: this.#tombstones,
      keyBytes: this.#keyBytes,
      valueBytes: this.#valueBytes,
      smallestKey: this.#smallestKey,
      largestKey: Buffer.from(buffer.subarray(lastKeyStart, lastKeyEnd)),
    };
    const footer = encodeFooter(
      { summary, root, levels, filterOffset, filterLines },
      this.#salt,
      this.#file.length,
    );
    this.#file.append(footer, footer.length);
    yield* this.#file.sync(syncing);
    this.#close();
    yield syncing.directory(dirname(this.#path));
    return { ...summary, fileBytes: this.#file.length };
  }

  /** Closes and removes the file. */
  abandon(): void {
    try {
      this.#close();
    } finally {
      this.#fileSystem.remove(this.#path);
    }
  }

  #finishBlocks(): { levels: number; root: BlockLocation } {
    if (this.#entries === 0) return { levels: 0, root: { offset: 0, length: 0 } };
    const location = this.#writeBlock(this.#block);
    return this.#index.finish(this.#separator(), location);
  }

  /** Writes the block, which is full, and says where the next one begins that has the cursor's entry. */
  #endBlock(cursor: Entry): void {
    const block = this.#block;
    this.#index.add(this.#separator(), this.#writeBlock(block));
    const { buffer, lastKeyStart, lastKeyEnd } = block;
    this.#separatorBytes = separatorBytes(buffer.subarray(lastKeyStart, lastKeyEnd), cursor);
    block.clear();
  }

  #separator(): Buffer {
    const { buffer, firstKeyStart } = this.#block;
    return buffer.subarray(firstKeyStart, firstKeyStart + this.#separatorBytes);
  }

  #writeBlock(block: BlockBuilder, salt = this.#salt): BlockLocation {
    const offset = this.#file.length;
    const length = block.finish(salt, offset);
    this.#file.append(block.buffer, length);
    return { offset, length };
  }

  *#writeFilter(syncing: Syncing): DiskSteps<number> {
    const lines = linesFor(this.#filter.count);
    const pages = new FilterPages(lines);
    const page = Buffer.allocUnsafe(PAGE_BYTES);
    let written = 0;
    for (const { hashes, nextLine } of this.#filter.groups(lines)) {
      // They may have bits in that line as well.
      pages.reserve(nextLine + 1);
      for (let from = 0; from < hashes.length; from += HASHES_PER_TURN) {
        pages.fill(hashes, from, Math.min(from + HASHES_PER_TURN, hashes.length));
        yield;
      }
      while (pages.hasPage(nextLine)) {
        this.#file.append(page, pages.writePage(page, this.#salt, this.#file.length));
        if (this.wantsSync) yield* this.#file.sync(syncing);
        else if (++written % PAGES_PER_TURN === 0) yield;
      }
    }
    return lines;
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#filter.close();
    this.#file.close();
  }
}

/** How many bytes of the cursor's key make it larger than a smaller key. */
function separatorBytes(smaller: Buffer, { buffer, keyStart }: Entry): number {
  let shared = 0;
  while (shared < smaller.length && smaller[shared] === buffer[keyStart + shared]) shared++;
  return shared + 1;
}
