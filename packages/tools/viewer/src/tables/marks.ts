import { createHash, randomUUID } from "node:crypto";
import { decodeText, encodeText } from "@store/text-form";
import type {
  ComparisonAnswer,
  KeyChanges,
  KeyRow,
  MarkAnswer,
  RangeChange,
  TableChange,
  TableName,
} from "../protocol.js";
import type { Catalogue } from "./catalogue.js";
import { notThere } from "./failure.js";
import { previewOf } from "./preview.js";
import type { Selection } from "./selection.js";
import type { AnyTable } from "./store.js";
import { Turns } from "./turns.js";
import { Walk } from "./walk.js";

/** So many marks are kept. */
const MOST_MARKS = 16;
/** So many records of a range are remembered, and so many characters of their keys. */
const MOST_RECORDS = 100_000;
const MOST_CHARACTERS = 2 ** 24;
/** So many are looked at for them. */
const MOST_SEARCHED = 1_000_000;
/** So many keys are listed. */
const LISTED = 200;
const PREVIEW = 160;

/** The records of a range, by key: what they were, as a checksum of all records of the key. */
interface Remembered {
  readonly digests: ReadonlyMap<string, string>;
  readonly records: number;
  readonly isWhole: boolean;
}

/** What of a table is to be compared key by key. */
export interface MarkedSelection {
  readonly name: TableName;
  readonly table: AnyTable;
  readonly selection: Selection;
}

interface Mark {
  readonly at: number;
  readonly sizes: ReadonlyMap<string, { readonly name: TableName; readonly records: number }>;
  readonly range: (MarkedSelection & { readonly before: Remembered }) | undefined;
}

/** What there was at some moments, to be compared with what there is. */
export class Marks {
  readonly #catalogue: Catalogue;
  /** By id, the oldest first. */
  readonly #marks = new Map<string, Mark>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  async take(marked: MarkedSelection | undefined): Promise<MarkAnswer> {
    const id = randomUUID();
    const sizes = await this.#sizes();
    const at = Date.now();
    const range =
      marked === undefined ? undefined : { ...marked, before: await rememberedOf(marked) };
    const [oldest] = this.#marks.keys();
    if (this.#marks.size >= MOST_MARKS && oldest !== undefined) this.#marks.delete(oldest);
    this.#marks.set(id, { at, sizes, range });
    return { mark: id, at, tables: sizes.size, range: range && rangeOf(range) };
  }

  async compare(id: string): Promise<ComparisonAnswer> {
    const mark = this.#marks.get(id);
    if (mark === undefined) throw notThere("this mark was let go: take another one");
    const now = await this.#sizes();
    const tables: TableChange[] = [];
    for (const [key, { name, records }] of mark.sizes) {
      tables.push({ table: name, before: records, after: now.get(key)?.records });
    }
    for (const [key, { name, records }] of now) {
      if (!mark.sizes.has(key)) tables.push({ table: name, before: undefined, after: records });
    }
    const range = mark.range && (await changesOf(mark.range));
    return { since: mark.at, at: Date.now(), tables, range };
  }

  async #sizes(): Promise<Mark["sizes"]> {
    const sizes = await this.#catalogue.sizes();
    return new Map(sizes.map((size) => [JSON.stringify(size.name), size]));
  }
}

function rangeOf({ name, before }: NonNullable<Mark["range"]>) {
  const { records, isWhole } = before;
  return { table: name, records, isWhole };
}

async function changesOf(range: NonNullable<Mark["range"]>): Promise<RangeChange> {
  const { before } = range;
  const [added, changed, removed] = [new Changes(), new Changes(), new Changes()];
  if (before.isWhole) {
    const now = await rememberedOf(range);
    for (const [key, digest] of now.digests) {
      const earlier = before.digests.get(key);
      if (earlier === undefined) added.add(key);
      else if (earlier !== digest) changed.add(key);
    }
    // What wasn't looked at isn't known to be gone.
    if (now.isWhole) {
      for (const key of before.digests.keys()) if (!now.digests.has(key)) removed.add(key);
    }
  }
  return {
    ...rangeOf(range),
    added: added.answer(),
    changed: changed.answer(),
    removed: removed.answer(),
  };
}

/** Keys of one fate. */
class Changes {
  #count = 0;
  readonly #keys: string[] = [];

  add(key: string): void {
    this.#count++;
    if (this.#keys.length < LISTED) this.#keys.push(key);
  }

  answer(): KeyChanges {
    return { count: this.#count, keys: this.#keys.map(keyRow) };
  }
}

function keyRow(key: string): KeyRow {
  return { key, preview: previewOf(decodeText(key), PREVIEW) };
}

async function rememberedOf({ table, selection }: MarkedSelection): Promise<Remembered> {
  const { key, hasKey, range, matches } = selection;
  const walk = new Walk(hasKey ? await table.lookup(key as never) : table.records(range));
  const turns = new Turns();
  const digests = new Map<string, string>();
  let characters = 0;
  let records = 0;
  let searched = 0;
  try {
    for (;;) {
      const step = walk.next();
      const walked = step instanceof Promise ? await step : step;
      if (walked === undefined) return { digests, records, isWhole: true };
      const turn = turns.step();
      if (turn !== undefined) await turn;
      const isTooMuch =
        records === MOST_RECORDS || characters > MOST_CHARACTERS || searched === MOST_SEARCHED;
      if (isTooMuch) return { digests, records, isWhole: false };
      searched++;
      if (matches !== undefined && !matches(walked.record)) continue;
      records++;
      const text = encodeText(walked.record[0]);
      characters += text.length;
      const digest = digestOf(walked.record);
      const others = digests.get(text);
      digests.set(text, others === undefined ? digest : `${others} ${digest}`);
    }
  } finally {
    await walk.end();
  }
}

/** Of equal records the same, as long as their members are in the same order; it is kept for each record. */
function digestOf(record: readonly unknown[]): string {
  return createHash("sha256").update(encodeText(record)).digest("base64").slice(0, 16);
}
