import type { FrameWriter } from "../protocol/frame-writer.js";
import { Kind } from "../protocol/kinds.js";
import { writeType } from "../protocol/table-types.js";

/** A table that is open: by its number the server knows it. */
export interface OpenTable {
  readonly domain: string;
  readonly name: string;
}

/** The tables that a client has open, to be opened again at a server that doesn't know it. */
export class OpenTables {
  readonly #tables = new Map<number, OpenTable>();
  readonly #output: FrameWriter;
  readonly #newId: () => number;
  /** The session's life in which they are open. */
  #life: string | undefined;
  /** Requests that are waited for. */
  readonly #asked = new Set<number>();
  #onOpened: () => void = () => {};
  #nextNumber = 1;

  constructor(output: FrameWriter, newId: () => number) {
    this.#output = output;
    this.#newId = newId;
  }

  newNumber(): number {
    return this.#nextNumber++;
  }

  add(number: number, table: OpenTable): void {
    this.#tables.set(number, table);
  }

  remove(number: number): void {
    this.#tables.delete(number);
  }

  /**
   * What to send so that all of them are open in a life of the session; calls `onOpened` when they are. A table that is
   * gone stays closed: calls of it say so.
   */
  reopen(life: string, onOpened: () => void): Uint8Array[] {
    this.#onOpened = () => {
      this.#life = life;
      onOpened();
    };
    const chunks: Uint8Array[] = [];
    if (this.#life !== life) {
      for (const [number, table] of this.#tables) chunks.push(this.#request(number, table));
    }
    if (chunks.length === 0) this.#onOpened();
    return chunks;
  }

  /** One of the requests is answered, however. */
  answered(id: number): void {
    if (this.#asked.delete(id) && this.#asked.size === 0) this.#onOpened();
  }

  disconnected(): void {
    this.#asked.clear();
  }

  #request(number: number, { domain, name }: OpenTable): Uint8Array {
    const id = this.#newId();
    this.#asked.add(id);
    const output = this.#output;
    output.begin(Kind.OPEN, id);
    writeOpen(output, { number, domain, name, type: undefined, mustExist: true });
    const { slab, start, end } = output.endKept();
    return slab.subarray(start, end);
  }
}

/** What a request to open a table says. */
export interface Opening extends OpenTable {
  readonly number: number;
  readonly type: Parameters<typeof writeType>[1];
  readonly mustExist: boolean;
}

export function writeOpen(output: FrameWriter, opening: Opening): void {
  output.uint32(opening.number);
  output.key(opening.domain);
  output.key(opening.name);
  writeType(output, opening.type);
  output.boolean(opening.mustExist);
}
