import { StoreError, type TableType } from "@store/core";
import { atomText } from "../term/atom.js";
import { specialOf } from "../term/special.js";

/** What a dump of an ets table says of itself in its first item. */
export interface TableHeader {
  readonly name: string;
  readonly type: TableType;
  readonly keyPosition: number;
  /** Of the table when the dump began. */
  readonly size: number;
  readonly hasMd5: boolean;
  readonly hasCount: boolean;
  /** Whether the objects of a chunk are in reverse, so that `file2tab` turns them round. */
  readonly isReversed: boolean;
}

/** The property by which our own dumps of bags tell. */
export const REVERSED = "store_reversed_chunks";

export const MAJOR_VERSION = 1;

const TYPES: ReadonlySet<string> = new Set(["set", "ordered_set", "bag", "duplicate_bag"]);

/** The header that the first item of a log is, or undefined if it is none. */
export function headerOf(value: unknown): TableHeader | undefined {
  const properties = propertiesOf(value);
  const name = atomText(properties?.get("name"));
  const type = atomText(properties?.get("type"));
  const keyPosition = properties?.get("keypos");
  const size = properties?.get("size");
  if (properties === undefined || name === undefined || !isType(type) || !isPosition(keyPosition))
    return undefined;
  if (!isCount(size)) return undefined;
  const extendedInfo = properties.get("extended_info");
  const info = Array.isArray(extendedInfo) ? extendedInfo.map(atomText) : [];
  return {
    name,
    type,
    keyPosition,
    size,
    hasMd5: info.includes("md5sum"),
    hasCount: info.includes("object_count"),
    isReversed: properties.get(REVERSED) === true,
  };
}

/** A later version may mean something else by the same words. */
export function checkVersion(value: unknown, path: string): void {
  const major = propertiesOf(value)?.get("major_version");
  if (typeof major === "number" && major > MAJOR_VERSION)
    throw new StoreError(
      "STORE_NEWER_FORMAT",
      `"${path}" is a table dump of version ${major}; known is ${MAJOR_VERSION}`,
    );
}

/** The pairs in a tuple or a list, by the atom that is first in each. */
export function propertiesOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  const special = specialOf(value);
  const pairs = special?.[0] === "$tuple" ? special[1] : value;
  if (!Array.isArray(pairs)) return undefined;
  const result = new Map<string, unknown>();
  for (const pair of pairs) {
    const content = specialOf(pair)?.[1];
    const name = Array.isArray(content) && content.length === 2 ? atomText(content[0]) : undefined;
    if (name !== undefined) result.set(name, (content as unknown[])[1]);
  }
  return result;
}

export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isPosition(value: unknown): value is number {
  return isCount(value) && value > 0;
}

function isType(value: string | undefined): value is TableType {
  return value !== undefined && TYPES.has(value);
}
