import type { Key, ScanRange, StoreRecord, TableType, Toolkit } from "@store/core";
import type { Client } from "../client/client.js";
import { Broken, type Stream } from "../client/stream.js";
import type { FrameWriter } from "../protocol/frame-writer.js";
import { Kind } from "../protocol/kinds.js";
import type { PayloadReader } from "../protocol/payload-reader.js";
import { writeRange } from "../protocol/ranges.js";
import { progressOf, type ScanItems, type ScanProgress } from "./scan-progress.js";

/** What a scan is of. */
export interface ScanContext {
  readonly client: Client;
  readonly toolkit: Toolkit;
  readonly number: number;
  readonly type: TableType;
}

/** How the items are asked for, and read. */
interface Items<T> extends ScanItems<T> {
  readonly kind: number;
  readonly read: (payload: PayloadReader) => T;
}

export function scanRecords(context: ScanContext, range: ScanRange): AsyncIterable<StoreRecord> {
  return scanning(context, range, {
    kind: Kind.SCAN,
    read: (payload) => payload.record(),
    keyOf: ([key]) => key,
    isSame: context.toolkit.equalRecords,
    compareKeys: context.toolkit.compareKeys,
  });
}

export function scanKeys(context: ScanContext, range: ScanRange): AsyncIterable<Key> {
  return scanning(context, range, {
    kind: Kind.SCAN_KEYS,
    read: (payload) => payload.key(),
    keyOf: (key) => key,
    isSame: (a, b) => context.toolkit.compareKeys(a, b) === 0,
    compareKeys: context.toolkit.compareKeys,
  });
}

/** Goes through a scan of the server, and goes on where it was when the connection breaks. */
async function* scanning<T>(
  context: ScanContext,
  range: ScanRange,
  items: Items<T>,
): AsyncGenerator<T, undefined> {
  const { client, number, type } = context;
  const progress = progressOf(type, range, items);
  for (;;) {
    await client.ready();
    const rest = progress.rest();
    const write = (output: FrameWriter) => {
      output.uint32(number);
      writeRange(output, rest);
    };
    const stream = client.stream(items.kind, write, items.read);
    try {
      yield* itemsOf(stream, progress);
      return undefined;
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
    } finally {
      stream.cancel();
    }
  }
}

async function* itemsOf<T>(stream: Stream<T>, progress: ScanProgress<T>): AsyncGenerator<T, void> {
  for (;;) {
    const part = await stream.next();
    if (part === undefined) return;
    for (const item of part) if (progress.isNew(item)) yield item;
  }
}
