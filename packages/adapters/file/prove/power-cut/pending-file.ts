import type { Chooser } from "./chooser.js";

/** What a disk writes as a whole, or not at all; most of them. */
const SECTOR = 512;
/** Parts at which a write within a sector may be torn. */
const TEARS = 3;

interface Write {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly position: number;
  status: "pending" | "durable" | "forgotten";
}

/** A file as a machine that stops now leaves it: what is on disk for certain, and what may be. */
export class PendingFile {
  /** What is on disk, as far as nothing before it is in doubt. */
  #content: Uint8Array;
  #writes: Write[] = [];

  constructor(content: Uint8Array) {
    this.#content = content;
  }

  /** All that there can be, if nothing is in doubt. */
  get content(): Uint8Array | undefined {
    return this.#writes.length === 0 ? this.#content : undefined;
  }

  write(at: number, bytes: Uint8Array, position: number): void {
    this.#writes.push({ at, bytes, position, status: "pending" });
  }

  sync(before: number): void {
    for (const write of this.#writes) {
      if (write.at < before && write.status === "pending") write.status = "durable";
    }
    const firstOpen = this.#writes.findIndex(({ status }) => status !== "durable");
    const settled = this.#writes.splice(0, firstOpen < 0 ? this.#writes.length : firstOpen);
    if (settled.length === 0) return;
    const size = Math.max(this.#content.length, ...settled.map(endOf));
    const content = new Uint8Array(size);
    content.set(this.#content);
    for (const { bytes, position } of settled) content.set(bytes, position);
    this.#content = content;
  }

  forget(): void {
    for (const write of this.#writes) {
      if (write.status === "pending") write.status = "forgotten";
    }
  }

  /** What may be read after the machine has stopped. */
  choose(chooser: Chooser): Uint8Array {
    const sure = this.#writes.filter(({ status }) => status === "durable");
    const least = Math.max(this.#content.length, ...sure.map(endOf));
    const sizes = [least, ...this.#writes.map(endOf).filter((end) => end > least)];
    const size = sizes[chooser.choose("size", sizes.length)] as number;
    const content = new Uint8Array(size);
    content.set(this.#content);
    const first = Math.min(...this.#writes.map(({ position }) => position));
    for (let from = first - (first % SECTOR); from < size; from += SECTOR) {
      this.#chooseSector(chooser, content, from, Math.min(size, from + SECTOR));
    }
    return content;
  }

  #chooseSector(chooser: Chooser, content: Uint8Array, from: number, to: number): void {
    const writes = this.#writes.filter((write) => write.position < to && endOf(write) > from);
    const pending = writes.filter(({ status }) => status === "pending");
    let left = pending.length === 0 ? 0 : chooser.choose("sector", pending.length + 1);
    for (const write of writes) {
      let end = to;
      if (write.status === "pending") {
        if (left === 0) continue;
        left--;
        const isLast = left === 0;
        const tear = isLast ? chooser.choose("tear", TEARS) : 0;
        if (tear > 0) end = from + Math.floor(((to - from) * tear) / TEARS);
      } else if (write.status === "forgotten" && chooser.choose("sector", 2) === 0) continue;
      const begin = Math.max(from, write.position);
      const until = Math.min(end, endOf(write));
      if (until <= begin) continue;
      content.set(write.bytes.subarray(begin - write.position, until - write.position), begin);
    }
  }
}

function endOf({ position, bytes }: Write): number {
  return position + bytes.length;
}
