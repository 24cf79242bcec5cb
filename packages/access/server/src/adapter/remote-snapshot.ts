import type { StoreRecord } from "@store/core";
import type { Client } from "../client/client.js";
import { Broken, type Stream } from "../client/stream.js";
import type { FrameWriter } from "../protocol/frame-writer.js";
import { Kind } from "../protocol/kinds.js";
import type { PayloadReader } from "../protocol/payload-reader.js";
import { nothing } from "./results.js";

/** A record and its moment. */
export type SnapshotEntry = readonly [record: StoreRecord, expiresAt: number | undefined];

/** Nobody says that a snapshot isn't needed any more: that nobody holds it does. */
const forgotten = new FinalizationRegistry<{ readonly client: Client; readonly number: number }>(
  ({ client, number }) => client.release(number),
);

let lastNumber = 0;

/**
 * What a table of the server held at one moment. The server keeps it until nobody here holds it, or the table is closed; it
 * goes with the server.
 */
export class RemoteSnapshot implements AsyncIterable<SnapshotEntry> {
  readonly #client: Client;
  readonly #number: number;

  private constructor(client: Client, number: number) {
    this.#client = client;
    this.#number = number;
    forgotten.register(this, { client, number });
  }

  /** @param table by which the server knows it */
  static async take(client: Client, table: number): Promise<RemoteSnapshot> {
    const number = ++lastNumber;
    const write = (output: FrameWriter) => {
      output.uint32(table);
      output.uint32(number);
    };
    await client.call(Kind.SNAPSHOT, write, nothing);
    return new RemoteSnapshot(client, number);
  }

  /** In the same order each time, and so it goes on where its connection broke. */
  async *[Symbol.asyncIterator](): AsyncGenerator<SnapshotEntry, void> {
    let passed = 0;
    const write = (output: FrameWriter) => {
      output.uint32(this.#number);
      output.float(passed);
    };
    for (;;) {
      await this.#client.ready();
      const stream = this.#client.stream(Kind.SCAN_SNAPSHOT, write, readEntry);
      try {
        for await (const entry of entriesOf(stream)) {
          passed++;
          yield entry;
        }
        return;
      } catch (error) {
        if (!(error instanceof Broken)) throw error;
      } finally {
        stream.cancel();
      }
    }
  }
}

async function* entriesOf<T>(stream: Stream<T>): AsyncGenerator<T, void> {
  for (;;) {
    const part = await stream.next();
    if (part === undefined) return;
    yield* part;
  }
}

function readEntry(payload: PayloadReader): SnapshotEntry {
  return [payload.record(), payload.moment()];
}
