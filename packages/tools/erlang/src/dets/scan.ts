import type { FileBytes } from "../source/file-bytes.js";
import type { Damaged } from "../source/report.js";
import { decodeValue, openTerm, readElement } from "../term/decode.js";
import { TermError } from "../term/term-error.js";
import { keysOf } from "./collection.js";
import type { DetsHeader } from "./dets-header.js";
import { ACTIVE, allocated, BASE, COLLECTION_HEAD_BYTES, STEP } from "./layout.js";
import type { Piece } from "./slots.js";

/**
 * The collections of a file that was not closed, as `dets` finds them when it repairs one: everything that is marked as
 * active and holds terms. Slots say less: those of what was written last may never have been.
 */
export function* scannedCollections(
  file: FileBytes,
  header: DetsHeader,
  report: Damaged,
): Iterable<Piece> {
  for (let position = BASE; position + COLLECTION_HEAD_BYTES <= file.size; ) {
    const head = file.read(position, COLLECTION_HEAD_BYTES);
    const size = head.readUInt32BE(0);
    if (head.readUInt32BE(4) !== ACTIVE) {
      position += STEP;
      continue;
    }
    const collection = collectionAt(file, position, size, header);
    if (collection instanceof TermError) {
      report.damaged(file.path, position, collection.message);
      position += STEP;
    } else {
      yield { position, bytes: collection };
      position += allocated(size);
    }
  }
}

function collectionAt(
  file: FileBytes,
  position: number,
  size: number,
  header: DetsHeader,
): Buffer | TermError {
  if (size <= COLLECTION_HEAD_BYTES || position + size > file.size)
    return new TermError(`what is stored here can't have ${size} bytes`);
  const bytes = Buffer.from(file.read(position, size));
  try {
    for (const objects of keysOf(bytes, header.type)) {
      for (const object of objects) {
        decodeValue(object.bytes);
        if (readElement(openTerm(object.bytes), header.keyPosition) === undefined)
          return new TermError("an object has no key");
      }
    }
    return bytes;
  } catch (error) {
    if (error instanceof TermError) return error;
    throw error;
  }
}
