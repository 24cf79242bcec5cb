const PAGE_BYTES = 2 ** 14;
const SMALLEST_SLOT = 16;
/** A larger body has a page of its own, of its length. */
const LARGEST_SLOT = 2 ** 11;
/** So many sizes of slots there are between a power of two and the next. */
const SIZES_PER_OCTAVE = 8;
const NO_SLOT = -1;

/**
 * The bodies of records in memory, outside of JavaScript's heap; a position says where one is. The room of one that is
 * freed is used again.
 *
 * 1. The slots of a page are of one size, and a body lies in the smallest that holds it: at most an eighth is left over.
 * 2. The open pages of a size are those with a free slot.
 * 3. A page without a body is given back, unless it is the only open one of its size.
 */
export class BodyHeap {
  /** By number, as positions name them. */
  readonly #pages: (Page | undefined)[] = [];
  readonly #freeNumbers: number[] = [];
  /** By the size of their slots. */
  readonly #open = new Map<number, Page[]>();
  #bytes = 0;

  /** Of all pages. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes in a copy of a body, which isn't empty. Returns its position, a safe integer. */
  add(body: Uint8Array): number {
    const { length } = body;
    const page = length > LARGEST_SLOT ? this.#addPage(length, length) : this.#openPage(length);
    const offset = page.take();
    if (page.isFull && length <= LARGEST_SLOT) this.#openPages(page.slotBytes).pop();
    page.buffer.set(body, offset);
    return page.number * PAGE_BYTES + offset;
  }

  /** Lets go of the body at a position. */
  free(position: number): void {
    const page = this.#pageOf(position);
    const { slotBytes, isFull } = page;
    page.give(position % PAGE_BYTES);
    if (slotBytes > LARGEST_SLOT) {
      this.#removePage(page);
      return;
    }
    const open = this.#openPages(slotBytes);
    if (isFull) page.openIndex = open.push(page) - 1;
    if (!page.isEmpty || open.length === 1) return;
    const last = open.pop() as Page;
    if (last !== page) {
      open[page.openIndex] = last;
      last.openIndex = page.openIndex;
    }
    this.#removePage(page);
  }

  clear(): void {
    this.#pages.length = 0;
    this.#freeNumbers.length = 0;
    this.#open.clear();
    this.#bytes = 0;
  }

  /** A view of a body, good until it is freed. */
  bodyAt(position: number, length: number): Buffer {
    const start = this.offsetOf(position);
    return this.bufferOf(position).subarray(start, start + length);
  }

  /** The buffer in which the body at a position lies, from {@link offsetOf} on. */
  bufferOf(position: number): Buffer {
    return this.#pageOf(position).buffer;
  }

  offsetOf(position: number): number {
    return position % PAGE_BYTES;
  }

  #pageOf(position: number): Page {
    return this.#pages[Math.floor(position / PAGE_BYTES)] as Page;
  }

  #openPage(length: number): Page {
    const slotBytes = slotFor(length);
    const open = this.#openPages(slotBytes);
    const last = open.at(-1);
    if (last !== undefined) return last;
    const page = this.#addPage(PAGE_BYTES, slotBytes);
    open.push(page);
    return page;
  }

  #openPages(slotBytes: number): Page[] {
    let open = this.#open.get(slotBytes);
    if (open === undefined) {
      open = [];
      this.#open.set(slotBytes, open);
    }
    return open;
  }

  #addPage(bytes: number, slotBytes: number): Page {
    const number = this.#freeNumbers.pop() ?? this.#pages.length;
    const page = new Page(number, bytes, slotBytes);
    this.#pages[number] = page;
    this.#bytes += bytes;
    return page;
  }

  #removePage({ number, buffer }: Page): void {
    this.#pages[number] = undefined;
    this.#freeNumbers.push(number);
    this.#bytes -= buffer.length;
  }
}

/** A buffer in slots. In one that was given back stands the offset of the one that was given back before it. */
class Page {
  readonly number: number;
  readonly buffer: Buffer;
  readonly slotBytes: number;
  /** Where it is among the open pages of its size, while it is one of them. */
  openIndex = 0;
  #taken = 0;
  /** The slots from here on were never taken. */
  #fresh = 0;
  /** The slot that was given back last. */
  #free = NO_SLOT;

  constructor(number: number, bytes: number, slotBytes: number) {
    this.number = number;
    this.buffer = Buffer.allocUnsafeSlow(bytes);
    this.slotBytes = slotBytes;
  }

  get isEmpty(): boolean {
    return this.#taken === 0;
  }

  get isFull(): boolean {
    return this.#free === NO_SLOT && this.#fresh + this.slotBytes > this.buffer.length;
  }

  /** Returns the offset of a slot, of which there is one. */
  take(): number {
    this.#taken++;
    let offset = this.#free;
    if (offset === NO_SLOT) {
      offset = this.#fresh;
      this.#fresh += this.slotBytes;
    } else {
      this.#free = this.buffer.readInt32LE(offset);
    }
    return offset;
  }

  give(offset: number): void {
    this.#taken--;
    this.buffer.writeInt32LE(this.#free, offset);
    this.#free = offset;
  }
}

/** The size of the slots for bodies of that length. */
function slotFor(length: number): number {
  if (length <= SMALLEST_SLOT) return SMALLEST_SLOT;
  const octave = 2 ** (31 - Math.clz32(length - 1));
  const step = Math.max(octave / SIZES_PER_OCTAVE, SMALLEST_SLOT / 2);
  return Math.ceil(length / step) * step;
}
