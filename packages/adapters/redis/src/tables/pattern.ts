import { encodeKey } from "@store/codec";
import type { RecordPattern, TableType } from "@store/core";
import { type Bounds, besideKeyOfBag, boundsOf, from } from "../operations/bounds.js";
import { elementBytes } from "../operations/record-bytes.js";
import type { Parts } from "../operations/writing.js";

/** Core's wildcard. */
const WILDCARD = Symbol.for("@store/core/wildcard");

/** What the script compares for a pattern; undefined where there are wildcards inside of an element or of the key. */
export function partsOf({ key, elements }: RecordPattern): Parts | undefined {
  if (key === undefined && elements[0] !== WILDCARD) return undefined;
  const parts: Parts["elements"][number][] = [];
  for (const [index, element] of elements.entries()) {
    if (index === 0 || element === WILDCARD) continue;
    const bytes = elementBytes(element);
    if (bytes === undefined) return undefined;
    parts.push({ position: index + 1, bytes });
  }
  return { length: elements.length, elements: parts };
}

/** Where the entries are that could match. */
export function rangeOf(type: TableType, { key, range }: RecordPattern): Bounds {
  if (key === undefined) return boundsOf(range);
  const bytes = encodeKey(key);
  const isBag = type === "bag" || type === "duplicate_bag";
  return { lower: from(bytes), upper: isBag ? besideKeyOfBag(bytes) : from(bytes) };
}
