import { types } from "node:util";
import { isAtomName, isAtomText, writeAtom } from "./atom.js";
import type { ByteWriter } from "./byte-writer.js";
import { writeFloat, writeTupleHead } from "./encode-parts.js";
import { isFun, writeFun } from "./fun.js";
import { isPid, isPort, isReference, writePid, writePort, writeReference } from "./identifier.js";
import { isPlainObject, type SpecialName, specialOf } from "./special.js";
import { Tag } from "./tag.js";

/** How what is within a term is written. */
export interface PartWriter {
  elements(elements: readonly unknown[]): void;
  /** Answers whether all keys were different. */
  pairs(entries: readonly (readonly [key: unknown, value: unknown])[]): boolean;
  part(value: unknown): void;
}

/** What an object says that was no value of its own. False if it doesn't: then it is an object like any other. */
export function writeSpecial(
  writer: ByteWriter,
  [name, content]: readonly [name: SpecialName, content: unknown],
  parts: PartWriter,
): boolean {
  switch (name) {
    case "$atom":
      if (!isAtomName(content)) return false;
      writeAtom(writer, content);
      return true;
    case "$float":
      // -0 is a value of its own.
      if (!Number.isSafeInteger(content) || Object.is(content, -0)) return false;
      writeFloat(writer, content as number);
      return true;
    case "$tuple":
      if (!Array.isArray(content)) return false;
      writeTupleHead(writer, content.length);
      parts.elements(content);
      return true;
    case "$atoms":
      return writeAtoms(content, parts);
    case "$improper":
      return writeImproper(writer, content, parts);
    case "$bits":
      return writeBits(writer, content);
    case "$fun":
      if (!isFun(content)) return false;
      writeFun(writer, content, parts.part);
      return true;
    default:
      return writeIdentifier(writer, name, content);
  }
}

function writeAtoms(content: unknown, parts: PartWriter): boolean {
  if (!isPlainObject(content)) return false;
  const entries = Object.entries(content);
  if (entries.length === 0 || !entries.every(([name]) => isAtomName(name))) return false;
  return parts.pairs(entries.map(([name, value]) => [{ $atom: name }, value]));
}

function writeImproper(writer: ByteWriter, content: unknown, parts: PartWriter): boolean {
  if (!Array.isArray(content) || content.length < 2) return false;
  const tail: unknown = content[content.length - 1];
  if (Array.isArray(tail) || specialOf(tail)?.[0] === "$improper") return false;
  writer.u8(Tag.list);
  writer.u32(content.length - 1);
  parts.elements(content);
  return true;
}

function writeBits(writer: ByteWriter, content: unknown): boolean {
  if (!Array.isArray(content) || content.length !== 2) return false;
  const [bytes, bits]: readonly unknown[] = content;
  if (!types.isUint8Array(bytes) || bytes.length === 0) return false;
  if (typeof bits !== "number" || !Number.isInteger(bits) || bits < 1 || bits > 7) return false;
  if (((bytes[bytes.length - 1] as number) & (0xff >> bits)) !== 0) return false;
  writer.u8(Tag.bitBinary);
  writer.u32(bytes.length);
  writer.u8(bits);
  writer.bytes(bytes);
  return true;
}

function writeIdentifier(writer: ByteWriter, name: SpecialName, content: unknown): boolean {
  if (name === "$pid" && isPid(content)) writePid(writer, content);
  else if (name === "$port" && isPort(content)) writePort(writer, content);
  else if (name === "$reference" && isReference(content)) writeReference(writer, content);
  else if (name === "$export" && isExport(content)) writeExport(writer, content);
  else return false;
  return true;
}

type Export = readonly [module: string, name: string, arity: number];

function isExport(content: unknown): content is Export {
  if (!Array.isArray(content) || content.length !== 3) return false;
  const [module, name, arity]: readonly unknown[] = content;
  return (
    isAtomText(module) &&
    isAtomText(name) &&
    Number.isInteger(arity) &&
    (arity as number) >>> 0 === arity &&
    arity < 256
  );
}

function writeExport(writer: ByteWriter, [module, name, arity]: Export): void {
  writer.u8(Tag.export);
  writeAtom(writer, module);
  writeAtom(writer, name);
  writer.u8(Tag.smallInteger);
  writer.u8(arity);
}
