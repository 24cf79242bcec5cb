import { checksum } from "../format/checksum.js";
import { bestEffort } from "../platform/best-effort.js";
import type { Descriptor, FileSystem } from "../platform/file-system.js";
import { readFully, writeFully } from "../platform/whole-file.js";

const HASH_BYTES = 4;
/** Hashes lie in parts, by their first byte: so are the lines of a filter. */
export const SPILL_PARTS = 256;

/** Hashes that were written at once. */
interface Batch {
  /** By part, and behind the last one: where it begins, in hashes. */
  readonly starts: Uint32Array;
  /** Of each part. */
  readonly checksums: Uint32Array;
}

/** Hashes that are too many for memory, in a file beside the run. Nobody needs it after a crash. */
export class HashSpill {
  readonly #fileSystem: FileSystem;
  readonly #path: string;
  readonly #file: Descriptor;
  readonly #batches: Batch[] = [];
  #count = 0;
  /** What is written, or was read. */
  #buffer = new Int32Array(0);

  /** Creates the file. */
  constructor(fileSystem: FileSystem, path: string) {
    this.#fileSystem = fileSystem;
    this.#path = path;
    this.#file = fileSystem.create(path);
  }

  add(hashes: Int32Array): void {
    const starts = new Uint32Array(SPILL_PARTS + 1);
    for (const hash of hashes) (starts[partOf(hash) + 1] as number)++;
    for (let part = 0; part < SPILL_PARTS; part++) {
      (starts[part + 1] as number) += starts[part] as number;
    }
    const next = starts.slice();
    const sorted = this.#reserve(hashes.length);
    for (const hash of hashes) sorted[(next[partOf(hash)] as number)++] = hash;
    const bytes = bytesOf(sorted);
    writeFully(this.#fileSystem, this.#file, bytes, 0, bytes.length, this.#count * HASH_BYTES);
    const checksums = new Uint32Array(SPILL_PARTS);
    for (let part = 0; part < SPILL_PARTS; part++) {
      const [from, to] = [starts[part] as number, starts[part + 1] as number];
      checksums[part] = checksum(bytes, from * HASH_BYTES, to * HASH_BYTES);
    }
    this.#batches.push({ starts: starts.map((start) => start + this.#count), checksums });
    this.#count += hashes.length;
  }

  /** The hashes of a part, in no order; valid until the next call. Throws if they aren't those that were added: a filter without them hides entries. */
  read(part: number): Int32Array {
    let count = 0;
    for (const { starts } of this.#batches) count += lengthOf(starts, part);
    const hashes = this.#reserve(count);
    const bytes = bytesOf(hashes);
    let at = 0;
    for (const { starts, checksums } of this.#batches) {
      const length = lengthOf(starts, part) * HASH_BYTES;
      const position = (starts[part] as number) * HASH_BYTES;
      readFully(this.#fileSystem, this.#file, bytes, at, length, position);
      if (checksum(bytes, at, at + length) !== checksums[part]) {
        throw new Error(`${this.#path} is read with other bytes than were written`);
      }
      at += length;
    }
    return hashes;
  }

  /** Closes and removes the file. Never fails. */
  close(): void {
    bestEffort(() => this.#fileSystem.close(this.#file));
    bestEffort(() => this.#fileSystem.remove(this.#path));
  }

  #reserve(count: number): Int32Array {
    if (this.#buffer.length < count) this.#buffer = new Int32Array(count);
    return this.#buffer.subarray(0, count);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function partOf(hash: number): number {
  return hash >>> 24;
}

function lengthOf(starts: Uint32Array, part: number): number {
  return (starts[part + 1] as number) - (starts[part] as number);
}
