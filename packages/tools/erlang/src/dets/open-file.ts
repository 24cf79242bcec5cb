import type { TableType } from "@store/core";
import { decodeValue, openTerm, readElement } from "../term/decode.js";
import { encodeValue } from "../term/encode.js";
import { TermError } from "../term/term-error.js";
import type { KeyObjects } from "./collection.js";

/** A key's objects, and where their collection is. */
export interface StoredKey {
  readonly position: number;
  readonly objects: KeyObjects;
}

/**
 * Keys of a file that was not closed. A collection that was moved while its owner died may be there twice, then `dets`
 * puts the objects of a key together: of a set the later one, of a bag those that differ, of a duplicate bag all.
 *
 * Nobody knows that before the end of the file. So the hash of each key is counted first, and what has a hash that comes
 * twice is held until the end: 4 bytes a key, and those few.
 *
 * @param walk goes over all keys of the file, alike each time
 */
export function* mergedKeys(
  walk: () => Iterable<StoredKey>,
  type: TableType,
  keyPosition: number,
): Iterable<StoredKey> {
  const repeated = repeatedHashes(walk(), keyPosition);
  const held = new Map<string, StoredKey[]>();
  for (const key of walk()) {
    const bytes = keyBytes(key, keyPosition);
    if (!repeated.has(hashOf(bytes))) {
      yield key;
      continue;
    }
    const name = bytes.toString("latin1");
    held.set(name, [...(held.get(name) ?? []), key]);
  }
  for (const keys of held.values()) yield* keys.length === 1 ? keys : merged(keys, type);
}

function repeatedHashes(keys: Iterable<StoredKey>, keyPosition: number): ReadonlySet<number> {
  let hashes = new Uint32Array(1_024);
  let count = 0;
  for (const key of keys) {
    if (count === hashes.length) {
      const larger = new Uint32Array(2 * count);
      larger.set(hashes);
      hashes = larger;
    }
    hashes[count++] = hashOf(keyBytes(key, keyPosition));
  }
  const sorted = hashes.subarray(0, count).sort();
  const repeated = new Set<number>();
  for (let index = 1; index < count; index++)
    if (sorted[index] === sorted[index - 1]) repeated.add(sorted[index] as number);
  return repeated;
}

/** The bytes of a key that are the same for equal ones. */
function keyBytes({ objects }: StoredKey, keyPosition: number): Buffer {
  const [first] = objects;
  const key = first === undefined ? undefined : readElement(openTerm(first.bytes), keyPosition);
  if (key === undefined) throw new TermError("an object has no key");
  return encodeValue(key[0]);
}

/** FNV-1a. */
function hashOf(bytes: Buffer): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function* merged(keys: readonly StoredKey[], type: TableType): Iterable<StoredKey> {
  if (type === "duplicate_bag") {
    yield* keys;
    return;
  }
  const last = keys.at(-1) as StoredKey;
  if (type === "set") {
    yield last;
    return;
  }
  const latest = new Map<string, { position: number; objects: KeyObjects }>();
  for (const { position, objects } of keys) {
    for (const object of objects) {
      const name = encodeValue(decodeValue(object.bytes)).toString("latin1");
      // An object that comes again moves to the end.
      latest.delete(name);
      latest.set(name, { position, objects: [object] });
    }
  }
  yield* latest.values();
}
