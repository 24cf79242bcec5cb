import { types } from "node:util";
import { isAtomName, writeAtom } from "./atom.js";
import { ByteWriter } from "./byte-writer.js";
import { writeFloat, writeTupleHead } from "./encode-parts.js";
import { type PartWriter, writeSpecial } from "./encode-special.js";
import { isSafe, writeInteger } from "./integer.js";
import { atomName, isPlainObject, specialOf } from "./special.js";
import { bufferKind, numberName, STORE_ATOM } from "./store-tuple.js";
import { MAX_DEPTH, Tag, VERSION } from "./tag.js";
import { TermError } from "./term-error.js";
import { isWellFormed, textOf } from "./text.js";

/** The external term of a value, as `term_to_binary` with `deterministic` writes it but for the order within maps. */
export function encodeValue(value: unknown): Buffer {
  const writer = new ByteWriter();
  writer.u8(VERSION);
  write(writer, value, 0);
  return writer.finish();
}

/** The same of a tuple, whatever its elements stand for. */
export function encodeTuple(elements: readonly unknown[]): Buffer {
  const writer = new ByteWriter();
  writer.u8(VERSION);
  writeTuple(writer, elements, 0);
  return writer.finish();
}

function write(writer: ByteWriter, value: unknown, depth: number): void {
  switch (typeof value) {
    case "number":
      writeNumber(writer, value);
      return;
    case "bigint":
      if (isSafe(value)) writeStoreTuple(writer, "bigint", Number(value), depth);
      else writeInteger(writer, value);
      return;
    case "boolean":
      writeAtom(writer, String(value));
      return;
    case "undefined":
      writeAtom(writer, "undefined");
      return;
    case "string":
      writeText(writer, value);
      return;
    case "object":
      if (value === null) writeAtom(writer, "nil");
      else if (depth > MAX_DEPTH) throw unencodable(`is nested deeper than ${MAX_DEPTH}`);
      else writeObject(writer, value, depth);
      return;
    default:
      throw unencodable(`is a ${typeof value}`);
  }
}

function writeNumber(writer: ByteWriter, value: number): void {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) writeInteger(writer, value);
  else if (Number.isFinite(value)) writeFloat(writer, value);
  else writeStoreTuple(writer, "number", { $atom: numberName(value) }, 0);
}

function writeText(writer: ByteWriter, text: string): void {
  if (isWellFormed(text)) writeBinary(writer, Buffer.from(text));
  else writeStoreBytes(writer, "string", Buffer.from(text, "utf16le"));
}

function writeBinary(writer: ByteWriter, bytes: Uint8Array): void {
  writer.u8(Tag.binary);
  writer.u32(bytes.length);
  writer.bytes(bytes);
}

function writeObject(writer: ByteWriter, value: object, depth: number): void {
  if (Array.isArray(value)) writeList(writer, value, depth);
  else if (types.isUint8Array(value)) writeBytes(writer, value);
  else if (types.isMap(value)) writeMap(writer, value, depth);
  else if (types.isSet(value)) writeStoreTuple(writer, "set", [...value], depth);
  else if (types.isDate(value)) writeDate(writer, value);
  else if (isPlainObject(value)) writePlain(writer, value, depth);
  else {
    const buffer = bufferKind(value);
    if (buffer === undefined) throw unencodable("is an instance of a class");
    writeStoreBytes(writer, ...buffer);
  }
}

/** Bytes that are UTF-8 would come back as text. */
function writeBytes(writer: ByteWriter, bytes: Uint8Array): void {
  if (textOf(bytes) === undefined) writeBinary(writer, bytes);
  else writeStoreBytes(writer, "bytes", bytes);
}

function writeDate(writer: ByteWriter, date: Date): void {
  const time = date.getTime();
  writeStoreTuple(writer, "date", Number.isNaN(time) ? { $atom: "invalid" } : time, 0);
}

function writeStoreTuple(writer: ByteWriter, kind: string, data: unknown, depth: number): void {
  writeTuple(writer, [{ $atom: STORE_ATOM }, { $atom: kind }, data], depth);
}

function writeStoreBytes(writer: ByteWriter, kind: string, bytes: Uint8Array): void {
  writeTupleHead(writer, 3);
  writeAtom(writer, STORE_ATOM);
  writeAtom(writer, kind);
  writeBinary(writer, bytes);
}

function writeList(writer: ByteWriter, elements: readonly unknown[], depth: number): void {
  if (elements.length > 0) {
    writer.u8(Tag.list);
    writer.u32(elements.length);
    writeElements(writer, elements, depth);
  }
  writer.u8(Tag.nil);
}

function writeTuple(writer: ByteWriter, elements: readonly unknown[], depth: number): void {
  writeTupleHead(writer, elements.length);
  writeElements(writer, elements, depth);
}

function writeElements(writer: ByteWriter, elements: readonly unknown[], depth: number): void {
  for (let index = 0; index < elements.length; index++) {
    if (!(index in elements)) throw unencodable("has a gap").within(`[${index}]`);
    writePart(writer, elements[index], depth, `[${index}]`);
  }
}

function writePart(writer: ByteWriter, value: unknown, depth: number, name: string): void {
  try {
    write(writer, value, depth + 1);
  } catch (error) {
    throw error instanceof TermError ? error.within(name) : error;
  }
}

/** A Map whose term would come back as an object, or whose keys aren't different terms, is its pairs. */
function writeMap(writer: ByteWriter, map: ReadonlyMap<unknown, unknown>, depth: number): void {
  const entries = [...map];
  const isOwn =
    map.size > 0 && !isOfNames(entries) && !entries.every(([key]) => isAtomName(atomName(key)));
  const start = writer.length;
  if (isOwn && writePairs(writer, entries, depth)) return;
  writer.cut(start);
  const pairs = entries.map((entry) => ({ $tuple: entry }));
  writeStoreTuple(writer, "map", pairs, depth);
}

/** Whether a map of these entries is an object here: its keys are texts, and not one that says what a term was. */
export function isOfNames(entries: readonly (readonly [key: unknown, value: unknown])[]): boolean {
  if (!entries.every(([key]) => typeof key === "string")) return false;
  return (
    entries.length !== 1 || specialOf({ [entries[0]?.[0] as string]: undefined }) === undefined
  );
}

function partsAt(writer: ByteWriter, depth: number): PartWriter {
  return {
    elements: (elements) => writeElements(writer, elements, depth),
    pairs: (entries) => writePairs(writer, entries, depth),
    part: (value) => writePart(writer, value, depth, ".fun"),
  };
}

function writePlain(
  writer: ByteWriter,
  value: Readonly<Record<string, unknown>>,
  depth: number,
): void {
  const special = specialOf(value);
  if (special !== undefined) {
    if (writeSpecial(writer, special, partsAt(writer, depth))) return;
    writeTupleHead(writer, 3);
    writeAtom(writer, STORE_ATOM);
    writeAtom(writer, "object");
  }
  writePairs(writer, Object.entries(value), depth);
}

/** In the order of the keys' bytes, so that equal maps are equal bytes. Answers whether all keys were different. */
function writePairs(
  writer: ByteWriter,
  entries: readonly (readonly [key: unknown, value: unknown])[],
  depth: number,
): boolean {
  const keys = entries.map(([key, value]) => {
    const start = writer.length;
    if (isNegativeZero(key)) writeFloat(writer, -0);
    else writePart(writer, key, depth, ".key");
    return { bytes: writer.cut(start), key, value };
  });
  keys.sort((a, b) => a.bytes.compare(b.bytes));
  if (keys.some(({ bytes }, index) => index > 0 && keys[index - 1]?.bytes.equals(bytes)))
    return false;
  writer.u8(Tag.map);
  writer.u32(keys.length);
  for (const { bytes, key, value } of keys) {
    writer.bytes(bytes);
    writePart(writer, value, depth, typeof key === "string" ? `.${key}` : ".value");
  }
  return true;
}

/** What stands for -0 as a key of a Map, which has none. */
function isNegativeZero(key: unknown): boolean {
  const special = specialOf(key);
  return special?.[0] === "$float" && Object.is(special[1], -0);
}

function unencodable(problem: string): TermError {
  return new TermError(problem, "STORE_INVALID_RECORD");
}
