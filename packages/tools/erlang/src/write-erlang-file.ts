import { StoreError, type StoreRecord, type TableType } from "@store/core";
import { ErlangKeys } from "./mapping/erlang-keys.js";
import { elementsOf } from "./mapping/record.js";
import { oneOf, shown } from "./options.js";
import { termFailure } from "./source/failure.js";
import { type DumpedTable, DumpWriter, type ExtendedInfo } from "./tab2file/dump-writer.js";
import { isAtomText } from "./term/atom.js";
import { encodeTuple, encodeValue } from "./term/encode.js";
import { TermError } from "./term/term-error.js";

/** What a dump is made of. */
export interface ErlangTable {
  /** An atom there: at most 255 characters. */
  readonly name: string;
  readonly type: TableType;
  /** Walked over once. Keys of a set or an ordered set that Erlang takes for one are refused. */
  readonly records: Iterable<StoreRecord>;
  /** Which element of an object is to be its key, from 1, the default. */
  readonly keyPosition?: number | undefined;
}

/** The same, of records that come in their time, as those of an async store. */
export interface AsyncErlangTable extends Omit<ErlangTable, "records"> {
  readonly records: AsyncIterable<StoreRecord>;
}

export interface WriteErlangFileOptions {
  /** What `file2tab` can verify the file by: both by default. OTP R12 and before don't read such files. */
  readonly extendedInfo?: readonly ExtendedInfo[] | undefined;
}

/**
 * Writes a dump that `ets:file2tab` opens. It is written beside the file, synced, and put in its place when it is whole:
 * a failure leaves what was there.
 *
 * @returns how many objects were written
 * @throws StoreError `STORE_INVALID_RECORD` for what can't be a term, naming the record and the path in it;
 * `STORE_INVALID_KEY` for two keys that are one in Erlang; `STORE_INVALID_TABLE_NAME`, `STORE_INVALID_OPTIONS`, `STORE_IO`
 */
export function writeErlangFile(
  path: string,
  table: ErlangTable,
  options?: WriteErlangFileOptions,
): number;
export function writeErlangFile(
  path: string,
  table: AsyncErlangTable,
  options?: WriteErlangFileOptions,
): Promise<number>;
export function writeErlangFile(
  path: string,
  table: ErlangTable | AsyncErlangTable,
  options: WriteErlangFileOptions = {},
): number | Promise<number> {
  const { records, ...dumped } = checked(table, options);
  const work = new DumpWork(path, dumped);
  return isAsync(records) ? work.ofAsync(records) : work.of(records);
}

/** From records to a file that is in its place, or to none. */
class DumpWork {
  readonly #writer: DumpWriter;
  readonly #keys: ErlangKeys;
  readonly #keyPosition: number;
  #count = 0;

  constructor(path: string, table: DumpedTable) {
    this.#keyPosition = table.keyPosition;
    this.#keys = new ErlangKeys(table.type, table.keyPosition);
    this.#writer = new DumpWriter(path, table);
  }

  of(records: Iterable<StoreRecord>): number {
    try {
      for (const record of records) this.#add(record);
      return this.#finish();
    } catch (error) {
      this.#writer.abandon();
      throw error;
    }
  }

  async ofAsync(records: AsyncIterable<StoreRecord>): Promise<number> {
    try {
      for await (const record of records) this.#add(record);
      return this.#finish();
    } catch (error) {
      this.#writer.abandon();
      throw error;
    }
  }

  #add(record: StoreRecord): void {
    try {
      const elements = elementsOf(record, this.#keyPosition);
      const bytes = encodeTuple(elements);
      const key = elements[this.#keyPosition - 1];
      this.#keys.add(key);
      this.#writer.add(bytes, () => encodeValue(key).toString("latin1"));
    } catch (error) {
      if (!(error instanceof TermError)) throw error;
      error.path = error.path.replace(
        /^\[(\d+)\]/,
        (_, index) => `[${this.#position(Number(index))}]`,
      );
      throw termFailure(`${CALL}: record ${this.#count + 1}`, error);
    }
    this.#count++;
  }

  /** Where in a record, from 1, an element of the object comes from. */
  #position(index: number): number {
    if (index === this.#keyPosition - 1) return 1;
    return index < this.#keyPosition ? index + 2 : index + 1;
  }

  #finish(): number {
    this.#writer.end();
    this.#keys.check(() => this.#writer.terms());
    this.#writer.finish();
    return this.#count;
  }
}

function isAsync(
  records: ErlangTable["records"] | AsyncErlangTable["records"],
): records is AsyncIterable<StoreRecord> {
  return Symbol.asyncIterator in records;
}

const CALL = "writeErlangFile";

function checked(
  { name, type, records, keyPosition = 1 }: ErlangTable | AsyncErlangTable,
  { extendedInfo = ["object_count", "md5sum"] }: WriteErlangFileOptions,
): DumpedTable & Pick<ErlangTable | AsyncErlangTable, "records"> {
  if (!isAtomText(name))
    throw new StoreError(
      "STORE_INVALID_TABLE_NAME",
      `${CALL}: the name of a table has at most 255 characters, not ${shown(name)}`,
    );
  oneOf(CALL, "type", type, ["set", "ordered_set", "bag", "duplicate_bag"]);
  if (!Number.isSafeInteger(keyPosition) || keyPosition < 1)
    throw new StoreError(
      "STORE_INVALID_OPTIONS",
      `${CALL}: keyPosition is an integer from 1, not ${shown(keyPosition)}`,
    );
  if (!Array.isArray(extendedInfo))
    throw new StoreError(
      "STORE_INVALID_OPTIONS",
      `${CALL}: extendedInfo is a list, not ${shown(extendedInfo)}`,
    );
  for (const info of extendedInfo) oneOf(CALL, "extendedInfo", info, ["object_count", "md5sum"]);
  return { name, type, records, keyPosition, extendedInfo };
}
