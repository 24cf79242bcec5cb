/** What TypeScript's library of ES2022 doesn't know yet, and Node 20 has. */
interface GrowableSharedArrayBuffer extends SharedArrayBuffer {
  readonly maxByteLength: number;
  grow(bytes: number): void;
}

const GrowableBuffer = SharedArrayBuffer as unknown as new (
  bytes: number,
  options: { maxByteLength: number },
) => GrowableSharedArrayBuffer;

/** An address is an index of 32-bit words, and a positive `int32`: this much can be addressed. */
const MOST_BYTES = 2 ** 33 - 2 ** 16;
/** As long as a shared buffer may be on Node 20, and in Bun. */
const NODE_20_BYTES = 2 ** 32;
const INITIAL_BYTES = 2 ** 16;

/**
 * The memory of all shared tables of a thread: one buffer that grows and never moves, so that a ticket made at any time
 * leads to tables made later.
 *
 * Views over the whole buffer that follow its growth cost several times as much an access; so the views have a fixed
 * length, and are made anew by {@link refresh} when an address lies behind their end.
 *
 * Readers go through it by `Atomics` only (decision 0019), and so does the writer wherever a reader may look.
 */
export class Arena {
  readonly buffer: SharedArrayBuffer;
  words!: Int32Array;
  bytes!: Uint8Array;
  cells!: BigInt64Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.refresh();
  }

  static create(): Arena {
    for (let bytes = MOST_BYTES; ; bytes = bytes > NODE_20_BYTES ? NODE_20_BYTES : bytes / 2) {
      try {
        return new Arena(new GrowableBuffer(INITIAL_BYTES, { maxByteLength: bytes }));
      } catch (error) {
        // An engine, or a limit of the process, that allows less.
        if (bytes <= 2 ** 24) throw error;
      }
    }
  }

  /** How long the buffer may become, in words. */
  get mostWords(): number {
    return (this.buffer as GrowableSharedArrayBuffer).maxByteLength / 4;
  }

  /** Sees what the buffer has grown by. */
  refresh(): void {
    const { buffer } = this;
    const length = Math.floor(buffer.byteLength / 8);
    this.words = new Int32Array(buffer, 0, 2 * length);
    this.bytes = new Uint8Array(buffer, 0, 8 * length);
    this.cells = new BigInt64Array(buffer, 0, length);
  }

  /** Makes room for so many words in all; throws a `RangeError` where that is not to be had. */
  grow(words: number): void {
    const { byteLength, maxByteLength } = this.buffer as GrowableSharedArrayBuffer;
    const needed = words * 4;
    if (needed > maxByteLength) {
      throw new RangeError(
        `shared memory is full: the tables of this thread may take ${maxByteLength} bytes together`,
      );
    }
    const wanted = Math.max(needed, byteLength + Math.min(byteLength, 2 ** 26));
    (this.buffer as GrowableSharedArrayBuffer).grow(
      Math.min(maxByteLength, Math.ceil(wanted / INITIAL_BYTES) * INITIAL_BYTES),
    );
    this.refresh();
  }
}
