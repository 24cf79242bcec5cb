import { readAtomText } from "./atom.js";
import type { ByteReader } from "./byte-reader.js";
import { MAX_DEPTH, Tag } from "./tag.js";
import { TermError } from "./term-error.js";

/** Reads over a term: its bounds, and nothing that it holds, are checked. */
export function skipTerm(reader: ByteReader, depth = 0): void {
  if (depth > MAX_DEPTH)
    throw new TermError(`the term is nested deeper than ${MAX_DEPTH}`, "STORE_NOT_SUPPORTED");
  const tag = reader.u8();
  if (readAtomText(reader, tag) !== undefined) return;
  const fixed = FIXED.get(tag);
  if (fixed !== undefined) {
    reader.bytes(fixed);
    return;
  }
  skipSized(reader, tag, depth);
}

/** Tags behind which always so many bytes follow. */
const FIXED: ReadonlyMap<number, number> = new Map([
  [Tag.smallInteger, 1],
  [Tag.integer, 4],
  [Tag.float, 31],
  [Tag.newFloat, 8],
  [Tag.nil, 0],
]);

/** What follows the node of a pid, a port or a reference of one word. */
const BEHIND_NODE: ReadonlyMap<number, number> = new Map([
  [Tag.newPid, 12],
  [Tag.pid, 9],
  [Tag.newPort, 8],
  [Tag.port, 5],
  [Tag.v4Port, 12],
  [Tag.reference, 5],
]);

function skipSized(reader: ByteReader, tag: number, depth: number): void {
  const behindNode = BEHIND_NODE.get(tag);
  if (behindNode !== undefined) {
    skipTerm(reader, depth + 1);
    reader.bytes(behindNode);
    return;
  }
  switch (tag) {
    case Tag.string:
      reader.bytes(reader.u16());
      return;
    case Tag.binary:
      reader.bytes(reader.u32());
      return;
    case Tag.bitBinary:
      reader.bytes(reader.u32() + 1);
      return;
    case Tag.smallBig:
      reader.bytes(reader.u8() + 1);
      return;
    case Tag.largeBig:
      reader.bytes(reader.u32() + 1);
      return;
    case Tag.newReference:
    case Tag.newerReference: {
      const words = reader.u16();
      skipTerm(reader, depth + 1);
      reader.bytes((tag === Tag.newReference ? 1 : 4) + 4 * words);
      return;
    }
    case Tag.newFun:
      skipFun(reader, depth);
      return;
    default:
      skipParts(reader, tag, depth);
  }
}

/** Its size, which counts itself, then arity, hash, index and the number of its free variables. */
function skipFun(reader: ByteReader, depth: number): void {
  const end = reader.position + reader.u32();
  reader.bytes(21);
  const free = reader.count(reader.u32(), 1);
  // The module, an index, a hash, the pid, then its free variables.
  for (let parts = 4 + free; parts > 0; parts--) skipTerm(reader, depth + 1);
  if (reader.position !== end) throw new TermError("a fun doesn't end where it says");
}

function skipParts(reader: ByteReader, tag: number, depth: number): void {
  for (let parts = partsOf(reader, tag); parts > 0; parts--) skipTerm(reader, depth + 1);
}

function partsOf(reader: ByteReader, tag: number): number {
  switch (tag) {
    case Tag.smallTuple:
      return reader.u8();
    case Tag.largeTuple:
      return reader.u32();
    case Tag.list:
      return reader.u32() + 1;
    case Tag.map:
      return 2 * reader.u32();
    case Tag.export:
      return 3;
    default:
      throw new TermError(`no term has the tag ${tag}`);
  }
}
