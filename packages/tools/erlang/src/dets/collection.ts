import type { TableType } from "@store/core";
import { TermError } from "../term/term-error.js";
import { COLLECTION_HEAD_BYTES } from "./layout.js";

/** The objects of a key, oldest first: where each begins in the collection, and its bytes. */
export type KeyObjects = readonly { readonly offset: number; readonly bytes: Buffer }[];

const SIZE_BYTES = 4;

/**
 * What a slot holds, by key. Each object begins with its size, which counts itself; in a bag, so do all objects of a key
 * together.
 */
export function keysOf(collection: Buffer, type: TableType): KeyObjects[] {
  if (type === "set")
    return objectsOf(collection, COLLECTION_HEAD_BYTES, collection.length).map((object) => [
      object,
    ]);
  const keys: KeyObjects[] = [];
  for (let position = COLLECTION_HEAD_BYTES; position < collection.length; ) {
    const end = endOf(collection, position, collection.length);
    const objects = objectsOf(collection, position + SIZE_BYTES, end);
    if (objects.length === 0) throw new TermError("a key has no objects");
    keys.push(objects);
    position = end;
  }
  return keys;
}

function objectsOf(
  collection: Buffer,
  from: number,
  to: number,
): { offset: number; bytes: Buffer }[] {
  const objects: { offset: number; bytes: Buffer }[] = [];
  for (let position = from; position < to; ) {
    const end = endOf(collection, position, to);
    const offset = position + SIZE_BYTES;
    objects.push({ offset, bytes: collection.subarray(offset, end) });
    position = end;
  }
  return objects;
}

function endOf(collection: Buffer, position: number, limit: number): number {
  if (position + SIZE_BYTES > limit) throw new TermError("the size of an object is cut");
  const size = collection.readUInt32BE(position);
  if (size <= SIZE_BYTES || size > limit - position)
    throw new TermError(`an object can't have ${size} bytes here`);
  return position + size;
}
