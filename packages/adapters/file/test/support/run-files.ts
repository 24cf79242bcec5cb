import { hashKey } from "../../src/format/run/filter-page.js";
import type { RunSummary } from "../../src/format/run/run-footer.js";
import type { RunOrigin } from "../../src/format/run/run-header.js";
import type { RunIdentity } from "../../src/format/run/run-identity.js";
import type { FileSystem } from "../../src/platform/file-system.js";
import { blocking, runBlocking } from "../../src/platform/syncing.js";
import type { EntryCursor } from "../../src/runs/entry-cursor.js";
import type { Run } from "../../src/runs/run.js";
import { RunWriter } from "../../src/runs/run-writer.js";

/** An entry as a test knows it. */
export interface TestEntry {
  readonly key: Buffer;
  /** undefined: a tombstone. */
  readonly value: Buffer | undefined;
  readonly suffixBytes: number;
}

export function entry(key: Buffer, value: Buffer | undefined, suffixBytes = 0): TestEntry {
  return { key, value, suffixBytes };
}

export function identity(id: number): RunIdentity {
  return { directory: Buffer.from("0123456789abcdef"), id };
}

/** Of a flush. */
export function origin(id: number): RunOrigin {
  return { above: 10 * id, upTo: 10 * id + 10, level: 0 };
}

/** A cursor over entries that are sorted by key. */
export class ArrayCursor implements EntryCursor {
  isValid = false;
  buffer: Buffer = Buffer.alloc(0);
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  isTombstone = false;
  suffixBytes = 0;
  readonly #entries: readonly TestEntry[];
  #index = -1;

  constructor(entries: readonly TestEntry[]) {
    this.#entries = entries;
  }

  seek(key: Uint8Array, start: number, end: number): void {
    const bytes = key.subarray(start, end);
    const found = this.#entries.findIndex((each) => Buffer.compare(each.key, bytes) >= 0);
    this.#goTo(found === -1 ? this.#entries.length : found);
  }

  seekBefore(key: Uint8Array, start: number, end: number): void {
    const bytes = key.subarray(start, end);
    this.#goTo(this.#entries.findLastIndex((each) => Buffer.compare(each.key, bytes) < 0));
  }

  next(): void {
    this.#goTo(this.#index + 1);
  }

  previous(): void {
    this.#goTo(this.#index - 1);
  }

  #goTo(index: number): void {
    this.#index = index;
    const found = this.#entries[index];
    this.isValid = found !== undefined;
    if (found === undefined) return;
    const { key, value, suffixBytes } = found;
    // With something around them, and between.
    this.buffer = Buffer.concat([
      Buffer.from("<"),
      key,
      Buffer.from("|"),
      value ?? Buffer.alloc(0),
    ]);
    this.keyStart = 1;
    this.keyEnd = 1 + key.length;
    // A tombstone's say nothing.
    this.valueStart = value === undefined ? 50_000 : this.keyEnd + 1;
    this.valueEnd = value === undefined ? 0 : this.buffer.length;
    this.isTombstone = value === undefined;
    this.suffixBytes = suffixBytes;
  }
}

/** Writes a run of entries that are sorted by key. */
export function writeRun(
  fileSystem: FileSystem,
  path: string,
  id: number,
  entries: readonly TestEntry[],
): RunSummary {
  const writer = new RunWriter(fileSystem, path, identity(id), origin(id));
  const syncing = blocking(fileSystem);
  const cursor = new ArrayCursor(entries);
  if (entries.length > 0) cursor.seek(Buffer.alloc(0), 0, 0);
  for (; cursor.isValid; cursor.next()) {
    writer.add(cursor);
    if (writer.wantsSync) runBlocking(writer.sync(syncing));
  }
  return runBlocking(writer.finish(syncing));
}

/** An entry as a text: comparing bytes one by one takes long. */
export function showEntry({ key, value, suffixBytes }: TestEntry): string {
  return `${key.toString("hex")}-${suffixBytes}: ${value?.toString("latin1")}`;
}

/** {@link showEntry} of the entry on which a cursor stands. */
export function shown(cursor: EntryCursor): string | undefined {
  if (!cursor.isValid) return undefined;
  const { buffer, keyStart, keyEnd, valueStart, valueEnd, isTombstone, suffixBytes } = cursor;
  const value = isTombstone ? undefined : buffer.subarray(valueStart, valueEnd);
  return showEntry({ key: buffer.subarray(keyStart, keyEnd), value, suffixBytes });
}

/** The value of a key in a run, as a text; null for a tombstone, undefined if it isn't there. */
export function findIn(run: Run, key: Buffer, suffixBytes = 0): string | null | undefined {
  const hash = hashKey(key, 0, key.length - suffixBytes);
  if (!run.find(key, 0, key.length, hash)) return undefined;
  return run.isTombstone ? null : run.buffer.toString("latin1", run.valueStart, run.valueEnd);
}

/** What {@link findIn} finds of an entry. */
export function valueIn({ value }: TestEntry): string | null {
  return value === undefined ? null : value.toString("latin1");
}

/** {@link shown} of all entries from the first key on. */
export function allOf(cursor: EntryCursor): (string | undefined)[] {
  const entries: (string | undefined)[] = [];
  for (cursor.seek(Buffer.alloc(0), 0, 0); cursor.isValid; cursor.next()) {
    entries.push(shown(cursor));
  }
  return entries;
}
