import { compareKeys, type Range } from "@store/core";

/** What abstract-level hands over of a range: bounds that are encoded, and win over their exclusive kind. */
export interface LevelRange {
  readonly gt?: Uint8Array;
  readonly gte?: Uint8Array;
  readonly lt?: Uint8Array;
  readonly lte?: Uint8Array;
  readonly reverse: boolean;
  /** -1: none */
  readonly limit: number;
}

/** The same as a range of a table. */
export function rangeOf(given: LevelRange): Range<Uint8Array> {
  const { gt, gte, lt, lte, reverse, limit } = given;
  return {
    ...(gte === undefined ? { gt } : { gte }),
    ...(lte === undefined ? { lt } : { lte }),
    reverse,
    limit: limit < 0 ? undefined : limit,
  };
}

/** Whether nothing bounds it. */
export function isWhole({ gt, gte, lt, lte, limit }: Range<Uint8Array>): boolean {
  return [gt, gte, lt, lte, limit].every((bound) => bound === undefined);
}

/** Whether a key is within the bounds. */
export function isWithin({ gt, gte, lt, lte }: Range<Uint8Array>, key: Uint8Array): boolean {
  if (gte !== undefined && compareKeys(key, gte) < 0) return false;
  if (gt !== undefined && compareKeys(key, gt) <= 0) return false;
  if (lte !== undefined && compareKeys(key, lte) > 0) return false;
  return lt === undefined || compareKeys(key, lt) < 0;
}

/** The part of a range from a key on, in its direction; undefined if the key isn't in it. */
export function rangeFrom(
  range: Range<Uint8Array>,
  key: Uint8Array,
): Range<Uint8Array> | undefined {
  if (!isWithin(range, key)) return undefined;
  const { reverse, gt, gte, lt, lte } = range;
  return reverse ? { gt, gte, lte: key, reverse } : { gte: key, lt, lte };
}
