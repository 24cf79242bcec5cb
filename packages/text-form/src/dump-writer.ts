import { crc32 } from "node:zlib";
import {
  crc32Text,
  DUMP_VERSION,
  type DumpedTable,
  type DumpHeader,
  type EndLine,
  type Item,
  type Items,
  MAGIC,
  tableLine,
} from "./dump-format.js";
import { TextWriter } from "./text-writer.js";

/** Where a dump goes. The bytes are the sink's until what it returns is fulfilled. */
export type Sink = (bytes: Buffer) => Promise<void>;

/** Given to the sink at once. */
const CHUNK_BYTES = 2 ** 17;

/** Writes a dump, line by line: one chunk is made while the one before is written. */
export class DumpWriter {
  records = 0;
  #tables = 0;
  readonly #sink: Sink;
  readonly #onChunk: (records: number) => void | Promise<void>;
  readonly #text = new TextWriter();
  #spare: Buffer = Buffer.allocUnsafeSlow(2 * CHUNK_BYTES);
  #writing: Promise<void> = Promise.resolve();
  #crc = 0;

  /** @param onChunk called after each chunk; may throw to give up */
  constructor(sink: Sink, onChunk: (records: number) => void | Promise<void> = () => {}) {
    this.#sink = sink;
    this.#onChunk = onChunk;
    const created = new Date().toISOString();
    this.#line({ store: MAGIC, version: DUMP_VERSION, created } satisfies DumpHeader);
  }

  async table(table: DumpedTable, items: Items): Promise<void> {
    this.#tables++;
    this.#line(tableLine(table));
    if (Symbol.iterator in items) {
      for (const item of items) if (this.#item(item)) await this.#flush();
    } else {
      for await (const item of items) if (this.#item(item)) await this.#flush();
    }
  }

  /** Writes the closing line: without it a dump is cut. */
  async end(): Promise<void> {
    await this.#flush();
    const { records } = this;
    const crc = crc32Text(this.#crc);
    this.#line({ end: { tables: this.#tables, records, crc32: crc } } satisfies EndLine);
    await this.#flush();
    await this.#writing;
  }

  /** Returns whether there is enough to be written. */
  #item(item: Item): boolean {
    const text = this.#text;
    const record = item[0];
    const expiresAt = item[1];
    if (expiresAt === undefined) {
      text.value(record);
    } else {
      text.ascii('{"record":');
      text.value(record);
      text.ascii(`,"expiresAt":${expiresAt}}`);
    }
    text.newline();
    this.records++;
    return text.length >= CHUNK_BYTES;
  }

  #line(object: object): void {
    this.#text.value(object);
    this.#text.newline();
  }

  async #flush(): Promise<void> {
    await this.#writing;
    const bytes = this.#text.exchange(this.#spare);
    this.#spare = Buffer.from(bytes.buffer);
    this.#crc = crc32(bytes, this.#crc);
    this.#writing = this.#sink(bytes);
    // Whoever waits for it is told; until then it is no stray failure.
    this.#writing.catch(() => {});
    await this.#onChunk(this.records);
  }
}
