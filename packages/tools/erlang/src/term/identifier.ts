import { isAtomText, readAtomText, writeAtom } from "./atom.js";
import type { ByteReader } from "./byte-reader.js";
import type { ByteWriter } from "./byte-writer.js";
import { integerOf } from "./integer.js";
import { Tag } from "./tag.js";
import { TermError } from "./term-error.js";

/** A reference has at most this many words. */
const MAX_WORDS = 5;

export function readAtomWithTag(reader: ByteReader): string {
  const text = readAtomText(reader, reader.u8());
  if (text === undefined) throw new TermError("where an atom has to be, there is none");
  return text;
}

export function readPid(reader: ByteReader, tag: number): unknown {
  const node = readAtomWithTag(reader);
  const id = reader.u32();
  const serial = reader.u32();
  return { $pid: [node, id, serial, tag === Tag.newPid ? reader.u32() : reader.u8()] };
}

export function readPort(reader: ByteReader, tag: number): unknown {
  const node = readAtomWithTag(reader);
  const id = tag === Tag.v4Port ? integerOf(reader.u64()) : reader.u32();
  return { $port: [node, id, tag === Tag.port ? reader.u8() : reader.u32()] };
}

export function readReference(reader: ByteReader, tag: number): unknown {
  if (tag === Tag.reference) {
    const node = readAtomWithTag(reader);
    const word = reader.u32();
    return { $reference: [node, reader.u8(), [word]] };
  }
  const count = reader.u16();
  if (count === 0 || count > MAX_WORDS) throw new TermError(`a reference has ${count} words`);
  const node = readAtomWithTag(reader);
  const creation = tag === Tag.newerReference ? reader.u32() : reader.u8();
  return { $reference: [node, creation, Array.from({ length: count }, () => reader.u32())] };
}

export type Pid = readonly [node: string, id: number, serial: number, creation: number];
export type Port = readonly [node: string, id: number | bigint, creation: number];
export type Reference = readonly [node: string, creation: number, words: readonly number[]];

export function isPid(content: unknown): content is Pid {
  return (
    Array.isArray(content) &&
    content.length === 4 &&
    isAtomText(content[0]) &&
    content.slice(1).every(isWord)
  );
}

export function isPort(content: unknown): content is Port {
  if (!Array.isArray(content) || content.length !== 3 || !isAtomText(content[0])) return false;
  const id: unknown = content[1];
  const fits =
    typeof id === "bigint"
      ? id > BigInt(Number.MAX_SAFE_INTEGER) && id < 2n ** 64n
      : typeof id === "number" && Number.isSafeInteger(id) && id >= 0 && !Object.is(id, -0);
  return fits && isWord(content[2]);
}

export function isReference(content: unknown): content is Reference {
  if (
    !Array.isArray(content) ||
    content.length !== 3 ||
    !isAtomText(content[0]) ||
    !isWord(content[1])
  )
    return false;
  const words: unknown = content[2];
  return (
    Array.isArray(words) && words.length > 0 && words.length <= MAX_WORDS && words.every(isWord)
  );
}

export function writePid(writer: ByteWriter, [node, id, serial, creation]: Pid): void {
  writer.u8(Tag.newPid);
  writeAtom(writer, node);
  writer.u32(id);
  writer.u32(serial);
  writer.u32(creation);
}

export function writePort(writer: ByteWriter, [node, id, creation]: Port): void {
  const isSmall = id < 2 ** 28;
  writer.u8(isSmall ? Tag.newPort : Tag.v4Port);
  writeAtom(writer, node);
  if (isSmall) writer.u32(Number(id));
  else writer.u64(BigInt(id));
  writer.u32(creation);
}

export function writeReference(writer: ByteWriter, [node, creation, words]: Reference): void {
  writer.u8(Tag.newerReference);
  writer.u16(words.length);
  writeAtom(writer, node);
  writer.u32(creation);
  for (const word of words) writer.u32(word);
}

function isWord(value: unknown): value is number {
  return typeof value === "number" && value >>> 0 === value && !Object.is(value, -0);
}
