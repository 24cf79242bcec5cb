import type { Mode, Scan, StoreRecord } from "@store/core";
import type { FrameWriter } from "../protocol/frame-writer.js";
import type { PayloadReader } from "../protocol/payload-reader.js";
import type { ServedStore, ServedTable } from "./served-store.js";

/** What a table held at one moment. */
export interface Snapshot {
  /** The client's number of the table. */
  readonly table: number;
  readonly records: Scan<Mode, readonly [record: StoreRecord, expiresAt: number | undefined]>;
}

/** What a request is done with. */
export interface RequestContext {
  readonly store: ServedStore;
  /** The table that the client knows by a number; refuses one that isn't open. */
  table(number: number): ServedTable;
  /** From now on the client knows a table by the number. */
  setTable(number: number, table: ServedTable | undefined): void;
  /** Keeps a snapshot of a table for the client, by a number that the client has chosen. */
  keepSnapshot(number: number, snapshot: Snapshot): void;
}

/** How a kind of request is done. */
export interface Handler<T> {
  /** Reads all of the request, then does it. A result that is no promise was done at once. */
  run(context: RequestContext, input: PayloadReader): T | Promise<T>;
  /** Writes what it came to. */
  write(output: FrameWriter, value: T): void;
}

/** The handlers of some kinds. */
export type Handlers = ReadonlyMap<number, Handler<never>>;

/** A handler of a request over a table: its arguments are read, then it is called. */
export function onTable<A, T>(
  read: (input: PayloadReader, table: ServedTable) => A,
  call: (table: ServedTable, args: A) => T | Promise<T>,
  write: (output: FrameWriter, value: T) => void,
): Handler<T> {
  return {
    run(context, input) {
      const table = context.table(input.uint32());
      const args = read(input, table);
      input.finish();
      return call(table, args);
    },
    write,
  };
}

export function nothing(): void {}
export const writeNothing: (output: FrameWriter, value: unknown) => void = nothing;

export function writeBoolean(output: FrameWriter, value: boolean): void {
  output.boolean(value);
}

export function writeNumber(output: FrameWriter, value: number): void {
  output.float(value);
}
