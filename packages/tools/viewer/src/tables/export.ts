import type { Key, StoreRecord, TableType } from "@store/core";
import { DumpWriter, encodeText, type Item } from "@store/text-form";
import type { TableName } from "../protocol.js";
import { RequestError } from "./failure.js";
import { momentsOf } from "./records.js";
import type { Selection } from "./selection.js";
import type { AnyTable } from "./store.js";
import { Turns } from "./turns.js";
import { Walk } from "./walk.js";

/** What is exported, and how. */
export interface ExportRequest {
  readonly name: TableName;
  readonly table: AnyTable;
  readonly selection: Selection;
  /** So many records at most. */
  readonly limit: number;
  /** Whether nobody waits for it any more. */
  readonly isGone: () => boolean;
}

/** Takes bytes, and says when it is ready for more. Rejects when whoever asked has gone. */
export type Sink = (bytes: Buffer) => Promise<void>;

/** Written at once. */
const CHUNK_CHARACTERS = 2 ** 16;

/** As a dump, which `store load` reads. */
export async function exportDump(request: ExportRequest, sink: Sink): Promise<void> {
  const { name, table } = request;
  const writer = new DumpWriter(sink);
  const [domain, tableName] = name;
  await writer.table({ domain, name: tableName, type: table.type as TableType }, itemsOf(request));
  await writer.end();
}

/** As one JSON array of records in the text form. */
export async function exportJson(request: ExportRequest, sink: Sink): Promise<void> {
  let text = "[";
  let between = "\n";
  for await (const record of recordsOf(request)) {
    text += between + encodeText(record);
    between = ",\n";
    if (text.length < CHUNK_CHARACTERS) continue;
    await sink(Buffer.from(text));
    text = "";
  }
  await sink(Buffer.from(`${text}\n]\n`));
}

async function* itemsOf(request: ExportRequest): AsyncIterable<Item> {
  const { table } = request;
  for await (const { record, nth } of walkedIn(request)) {
    const moments = await momentsOf(table, record[0], nth + 1);
    yield [record, moments[moments.length === 1 ? 0 : nth]];
  }
}

async function* recordsOf(request: ExportRequest): AsyncIterable<StoreRecord> {
  for await (const { record } of walkedIn(request)) yield record;
}

async function* walkedIn({ table, selection, limit, isGone }: ExportRequest) {
  const { key, hasKey, range, matches } = selection;
  const walk = new Walk(hasKey ? await table.lookup(key as Key) : table.records(range));
  const turns = new Turns();
  let left = limit;
  try {
    while (left > 0) {
      const step = walk.next();
      const walked = step instanceof Promise ? await step : step;
      if (walked === undefined) return;
      const turn = turns.step();
      if (turn !== undefined) {
        await turn;
        if (isGone()) throw new RequestError(499, "GONE", "whoever asked has gone");
      }
      if (matches !== undefined && !matches(walked.record)) continue;
      left--;
      yield walked;
    }
  } finally {
    await walk.end();
  }
}
