import { decodeRecord, decodeRecordKey } from "@store/codec";
import type { StoreRecord } from "@store/core";
import type { BagDirectory, Directory } from "./directory.js";
import { bodyStart, FrameKind, isFrame } from "./frame.js";
import type { FrameScanner } from "./frame-scanner.js";
import type { LogFiles } from "./log-files.js";
import { SEGMENT_SPAN, type Segment } from "./segment.js";

/** What a change does to the directory, when it takes effect. */
export type Effect = () => void;

/** Reads the changes of a log, for a directory. */
export class ChangeReader {
  /** Bytes of the frames that the directory points to. */
  liveBytes: number;
  readonly #files: LogFiles;
  readonly #directory: Directory;
  readonly #corrupt: (file: string, offset: number) => Error;

  /**
   * @param liveBytes of the frames that the directory points to already
   * @param corrupt the error for a record that can't be read
   */
  constructor(
    files: LogFiles,
    directory: Directory,
    liveBytes: number,
    corrupt: (file: string, offset: number) => Error,
  ) {
    this.#files = files;
    this.#directory = directory;
    this.liveBytes = liveBytes;
    this.#corrupt = corrupt;
  }

  /**
   * What the scanner's frame does; undefined for a kind that this version doesn't know. Its bytes are read now: the
   * scanner's buffer won't hold them any more when a batch ends.
   */
  read(
    segment: Segment,
    { buffer, at, length, offset }: FrameScanner,
    kind: number,
  ): Effect | undefined {
    const directory = this.#directory;
    const start = bodyStart(buffer, at);
    const end = at + length;
    switch (kind) {
      case FrameKind.put: {
        const key = decodeRecordKey(buffer, start, end);
        const position = segment.positionOf(offset);
        return () => {
          this.liveBytes += length - directory.put(key, position, length);
        };
      }
      case FrameKind.delete: {
        const key = decodeRecordKey(buffer, start, end);
        return () => {
          this.liveBytes -= directory.remove(key);
        };
      }
      case FrameKind.deleteRecord: {
        const record = decodeRecord(buffer, start, end);
        return () => {
          const bag = directory as BagDirectory;
          const equal = bag.findEqual(record, (entry) => this.#record(entry));
          this.liveBytes -= bag.removeEntries(record[0], equal);
        };
      }
      case FrameKind.clear:
        return () => {
          directory.clear();
          this.liveBytes = 0;
        };
      default:
        return undefined;
    }
  }

  /** Reads the record of an entry. Rare: only where records of a bag were deleted by their content. */
  #record(entry: number): StoreRecord {
    const position = this.#directory.positionOf(entry);
    const length = this.#directory.lengthOf(entry);
    const segment = this.#files.segmentAt(position);
    const offset = position % SEGMENT_SPAN;
    const buffer = Buffer.allocUnsafe(length);
    const isWhole = segment.read(buffer, 0, length, offset) === length;
    if (!isWhole || !isFrame(buffer, 0, length, segment.salt, offset)) {
      throw this.#corrupt(segment.name, offset);
    }
    return decodeRecord(buffer, bodyStart(buffer, 0), length);
  }
}
