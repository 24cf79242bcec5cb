import type { ByteReader } from "./byte-reader.js";
import type { ByteWriter } from "./byte-writer.js";
import { atomName } from "./special.js";
import { MAX_ATOM_LENGTH, Tag } from "./tag.js";
import { TermError } from "./term-error.js";
import { isWellFormed, textOf } from "./text.js";

/** Atoms that are values here. All others are `{ $atom: name }`. */
const values: ReadonlyMap<string, boolean | null | undefined> = new Map<
  string,
  boolean | null | undefined
>([
  ["true", true],
  ["false", false],
  ["nil", null],
  ["undefined", undefined],
]);

export function atomValue(name: string): unknown {
  return values.has(name) ? values.get(name) : { $atom: name };
}

/** Whether this names an atom that isn't a value here. */
export function isAtomName(name: unknown): name is string {
  return typeof name === "string" && !values.has(name) && isAtomText(name);
}

/** Whether this can be the text of an atom. */
export function isAtomText(text: unknown): text is string {
  if (typeof text !== "string" || text.length > 2 * MAX_ATOM_LENGTH || !isWellFormed(text))
    return false;
  return text.length <= MAX_ATOM_LENGTH || [...text].length <= MAX_ATOM_LENGTH;
}

/** The text of an atom whose tag has been read; undefined if the tag is none of an atom. */
export function readAtomText(reader: ByteReader, tag: number): string | undefined {
  switch (tag) {
    case Tag.smallAtomUtf8:
      return utf8(reader.bytes(reader.u8()));
    case Tag.atomUtf8:
      return utf8(reader.bytes(reader.u16()));
    case Tag.atom:
      return latin1(reader.bytes(reader.u16()));
    case Tag.smallAtom:
      return latin1(reader.bytes(reader.u8()));
    default:
      return undefined;
  }
}

export function writeAtom(writer: ByteWriter, text: string): void {
  const bytes = Buffer.from(text);
  if (bytes.length < 256) {
    writer.u8(Tag.smallAtomUtf8);
    writer.u8(bytes.length);
  } else {
    writer.u8(Tag.atomUtf8);
    writer.u16(bytes.length);
  }
  writer.bytes(bytes);
}

function utf8(bytes: Buffer): string {
  const text = textOf(bytes);
  if (text === undefined) throw new TermError("the name of an atom isn't UTF-8");
  if (!isAtomText(text)) throw new TermError("the name of an atom is too long");
  return text;
}

function latin1(bytes: Buffer): string {
  if (bytes.length > MAX_ATOM_LENGTH) throw new TermError("the name of an atom is too long");
  return bytes.toString("latin1");
}

/** The text of an atom, whether it is a value of its own here or not. */
export function atomText(value: unknown): string | undefined {
  if (value === null) return "nil";
  if (value === undefined || typeof value === "boolean") return String(value);
  return atomName(value);
}
