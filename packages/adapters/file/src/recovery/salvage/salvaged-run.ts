import { join } from "node:path";
import { runName } from "../../files/tree-run.js";
import { LAST_STORAGE_ID } from "../../format/entry-key.js";
import { LINES_PER_PAGE, PAGE_BYTES, pageBytes } from "../../format/run/filter-page.js";
import {
  decodeFooter,
  footerStart,
  type RunFooter,
  TAIL_BYTES,
} from "../../format/run/run-footer.js";
import { decodeHeader, HEADER_BYTES } from "../../format/run/run-header.js";
import type { RunIdentity } from "../../format/run/run-identity.js";
import { bestEffort } from "../../platform/best-effort.js";
import type { Descriptor, FileSystem } from "../../platform/file-system.js";
import type { DamagedRange } from "../../repair-report.js";
import type { EntryStream } from "../../runs/entry-cursor.js";
import { BlockList } from "../../runs/survey/block-list.js";
import { PieceReader } from "../../runs/survey/piece-reader.js";
import { type RunSurvey, surveyRun } from "../../runs/survey/run-survey.js";
import { SurveyedEntries } from "../../runs/survey/surveyed-entries.js";
import type { SourceRun } from "../source.js";
import type { Loss } from "./losses.js";

const NOTHING: RunSurvey = { blocks: new BlockList(), entries: 0, gaps: [] };

/** A run of which all that can be proven good is read, and nothing else. */
export class SalvagedRun {
  readonly damaged: DamagedRange[] = [];
  readonly #fileSystem: FileSystem;
  readonly #name: string;
  readonly #path: string;
  readonly #identity: RunIdentity;
  readonly #expected: number | undefined;
  readonly #file: Descriptor | undefined;
  readonly #survey: RunSurvey = NOTHING;

  /** @param directory where its file is */
  constructor(
    fileSystem: FileSystem,
    directory: string,
    identity: RunIdentity,
    { entries }: SourceRun,
  ) {
    this.#fileSystem = fileSystem;
    this.#name = runName(identity.id);
    this.#path = join(directory, this.#name);
    this.#identity = identity;
    this.#expected = entries;
    if (fileSystem.status(this.#path) === undefined) {
      this.#damage(0, 0);
      return;
    }
    this.#file = fileSystem.open(this.#path);
    try {
      const size = fileSystem.size(this.#file);
      const reader = new PieceReader(fileSystem, this.#file, identity);
      const footer = readFooter(reader, size);
      this.#checkHeader(reader);
      this.#survey = surveyRun(reader, size, footer);
      for (const { from, to } of this.#survey.gaps) this.#damage(from, to);
      this.#checkFilter(reader, footer);
      const isEndLost = this.#survey.gaps.at(-1)?.to === size;
      if (footer === undefined && !isEndLost) this.#damage(Math.max(0, size - TAIL_BYTES), size);
      this.#expected ??= footer?.summary.entries;
      if (this.#loses && this.damaged.length === 0) this.#damage(0, size);
    } catch (failure) {
      this.close();
      throw failure;
    }
  }

  /** What of it is lost; undefined if that is nothing. */
  get loss(): Loss | undefined {
    if (!this.#loses) return undefined;
    const { gaps, entries } = this.#survey;
    const ranges = gaps.length > 0 ? gaps : [{ firstStorageId: 0, lastStorageId: LAST_STORAGE_ID }];
    return { changes: this.#expected === undefined ? 1 : this.#expected - entries, ranges };
  }

  /** Goes through all that is good. */
  entries(): EntryStream {
    const reader = new PieceReader(this.#fileSystem, this.#file ?? -1, this.#identity);
    return new SurveyedEntries(this.#path, reader, this.#survey.blocks);
  }

  close(): void {
    const file = this.#file;
    if (file !== undefined) bestEffort(() => this.#fileSystem.close(file));
  }

  get #loses(): boolean {
    if (this.#expected === undefined) return this.damaged.length > 0;
    return this.#survey.entries < this.#expected;
  }

  #checkHeader(reader: PieceReader): void {
    const header = Buffer.alloc(HEADER_BYTES);
    const read = reader.readInto(header, 0, HEADER_BYTES);
    const found = decodeHeader(header.subarray(0, read));
    const { id, directory } = this.#identity;
    const isRight = found?.id === id && Buffer.compare(found.directory, directory) === 0;
    if (!isRight) this.#damage(0, HEADER_BYTES);
  }

  #checkFilter(reader: PieceReader, footer: RunFooter | undefined): void {
    const { filterOffset, filterLines } = footer ?? { filterOffset: 0, filterLines: 0 };
    for (let line = 0; line < filterLines; line += LINES_PER_PAGE) {
      const offset = filterOffset + (line / LINES_PER_PAGE) * PAGE_BYTES;
      const length = pageBytes(filterLines - line);
      if (!reader.read(offset, length, false)) this.#damage(offset, offset + length);
    }
  }

  #damage(from: number, to: number): void {
    this.damaged.push({ file: this.#name, from, to });
  }
}

function readFooter(reader: PieceReader, size: number): RunFooter | undefined {
  const tail = Buffer.alloc(TAIL_BYTES);
  if (reader.readInto(tail, Math.max(0, size - TAIL_BYTES), TAIL_BYTES) < TAIL_BYTES) {
    return undefined;
  }
  const start = footerStart(tail, size);
  if (start === undefined) return undefined;
  const footer = Buffer.alloc(size - start);
  reader.readInto(footer, start, footer.length);
  return decodeFooter(footer, reader.salt, start);
}
