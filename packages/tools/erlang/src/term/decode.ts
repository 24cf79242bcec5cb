import { constants, inflateSync } from "node:zlib";
import { atomValue, isAtomName, readAtomText } from "./atom.js";
import { ByteReader } from "./byte-reader.js";
import { encodeTuple, encodeValue, isOfNames } from "./encode.js";
import { readFun } from "./fun.js";
import { readAtomWithTag, readPid, readPort, readReference } from "./identifier.js";
import { readBig } from "./integer.js";
import { skipTerm } from "./skip.js";
import { atomName, objectOf, specialOf } from "./special.js";
import { candidateOf } from "./store-tuple.js";
import { MAX_DEPTH, Tag, VERSION } from "./tag.js";
import { TermError } from "./term-error.js";
import { textOf } from "./text.js";

/** A reader of what is behind the version: of what was compressed, a reader of what that was. */
export function openTerm(bytes: Buffer): ByteReader {
  if (bytes[0] !== VERSION) throw new TermError("it doesn't begin as an external term does");
  return bytes[1] === Tag.compressed ? new ByteReader(inflated(bytes)) : new ByteReader(bytes, 1);
}

/** The value of a whole external term. */
export function decodeValue(bytes: Buffer): unknown {
  const reader = openTerm(bytes);
  const value = readValue(reader);
  if (reader.remaining > 0) throw new TermError(`${reader.remaining} bytes follow the term`);
  return value;
}

function inflated(bytes: Buffer): Buffer {
  const size = bytes.length < 6 ? 0 : bytes.readUInt32BE(2);
  try {
    const result = inflateSync(bytes.subarray(6), {
      finishFlush: constants.Z_FINISH,
      maxOutputLength: Math.max(size, 1),
    });
    if (result.length === size) return result;
  } catch (error) {
    throw Object.assign(new TermError("what is compressed can't be inflated"), { cause: error });
  }
  throw new TermError("what is compressed hasn't the size that it says");
}

export function readValue(reader: ByteReader, depth = 0): unknown {
  if (depth > MAX_DEPTH)
    throw new TermError(`the term is nested deeper than ${MAX_DEPTH}`, "STORE_NOT_SUPPORTED");
  const tag = reader.u8();
  switch (tag) {
    case Tag.smallInteger:
      return reader.u8();
    case Tag.integer:
      return reader.i32();
    case Tag.smallBig:
      return readBig(reader, reader.u8());
    case Tag.largeBig:
      return readBig(reader, reader.u32());
    case Tag.newFloat:
      return floatValue(reader.f64());
    case Tag.float:
      return floatValue(readFloatText(reader));
    case Tag.binary:
      return binaryValue(reader.bytes(reader.u32()));
    case Tag.bitBinary:
      return readBits(reader);
    case Tag.nil:
      return [];
    case Tag.string:
      return [...reader.bytes(reader.u16())];
    case Tag.list:
      return readList(reader, depth);
    case Tag.smallTuple:
      return tupleValue(readElements(reader, reader.u8(), depth));
    case Tag.largeTuple:
      return tupleValue(readElements(reader, reader.count(reader.u32(), 1), depth));
    case Tag.map:
      return readMap(reader, depth);
    case Tag.newFun:
      return readFun(reader, () => readValue(reader, depth + 1));
    default:
      return readIdentifier(reader, tag);
  }
}

/** The elements of a tuple that is a whole term; undefined if it is none. */
export function readTuple(reader: ByteReader): unknown[] | undefined {
  const tag = reader.u8();
  const isTuple = tag === Tag.smallTuple || tag === Tag.largeTuple;
  return isTuple ? readElements(reader, tupleSize(reader, tag), 0) : undefined;
}

/** The element of a tuple that is a whole term, counted from 1, without decoding what is before it. */
export function readElement(
  reader: ByteReader,
  position: number,
): readonly [value: unknown] | undefined {
  const tag = reader.u8();
  if (tag !== Tag.smallTuple && tag !== Tag.largeTuple) return undefined;
  if (tupleSize(reader, tag) < position) return undefined;
  for (let skipped = 1; skipped < position; skipped++) skipTerm(reader, 1);
  return [readValue(reader, 1)];
}

function tupleSize(reader: ByteReader, tag: number): number {
  return tag === Tag.smallTuple ? reader.u8() : reader.count(reader.u32(), 1);
}

function readElements(reader: ByteReader, count: number, depth: number): unknown[] {
  const elements: unknown[] = [];
  for (let index = 0; index < count; index++) elements.push(readValue(reader, depth + 1));
  return elements;
}

/** `{'$store', Kind, Data}` is the value that is written as this tuple, if there is one. */
function tupleValue(elements: readonly unknown[]): unknown {
  const candidate = candidateOf(elements);
  if (candidate !== undefined && encodeValue(candidate[0]).equals(encodeTuple(elements)))
    return candidate[0];
  return { $tuple: elements };
}

/** A float that an integer could be mistaken for says what it is. */
function floatValue(value: number): unknown {
  if (!Number.isFinite(value)) throw new TermError("a float is no number");
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? { $float: value } : value;
}

/** As `term_to_binary` wrote floats until OTP 17: by `sprintf("%.20e")`, filled up with zeros. */
function readFloatText(reader: ByteReader): number {
  const text = reader.bytes(31).toString("latin1").replace(/\0+$/, "");
  if (!/^ ?[-+]?\d+\.\d+e[-+]\d+$/.test(text)) throw new TermError("a float isn't written as one");
  return Number(text);
}

function binaryValue(bytes: Buffer): string | Uint8Array {
  return textOf(bytes) ?? new Uint8Array(bytes);
}

function readBits(reader: ByteReader): unknown {
  const length = reader.u32();
  const bits = reader.u8();
  const bytes = reader.bytes(length);
  if (bits === 8 || (bits === 0 && length === 0)) return binaryValue(bytes);
  if (length === 0 || bits < 1 || bits > 8)
    throw new TermError(`a bitstring has ${bits} bits in its last byte`);
  const copy = new Uint8Array(bytes);
  // Erlang ignores what is behind the last bit.
  (copy[length - 1] as number) &= 0xff & ~(0xff >> bits);
  return { $bits: [copy, bits] };
}

/** A list whose tail is a list goes on in it. */
function readList(reader: ByteReader, depth: number): unknown {
  const elements = readElements(reader, reader.count(reader.u32(), 1), depth);
  const tail = readValue(reader, depth + 1);
  if (Array.isArray(tail)) return elements.concat(tail);
  if (elements.length === 0) return tail;
  const special = specialOf(tail);
  return special?.[0] === "$improper" && Array.isArray(special[1])
    ? { $improper: [...elements, ...special[1]] }
    : { $improper: [...elements, tail] };
}

function readMap(reader: ByteReader, depth: number): unknown {
  const count = reader.count(reader.u32(), 2);
  const entries: [key: unknown, value: unknown][] = [];
  const seen = new Set<unknown>();
  for (let index = 0; index < count; index++) {
    const key = readValue(reader, depth + 1);
    seen.add(typeof key === "object" && key !== null ? encodeValue(key).toString("latin1") : key);
    entries.push([key, readValue(reader, depth + 1)]);
  }
  // A text may look like the bytes of another key; then they are compared as such.
  if (
    seen.size < count &&
    new Set(entries.map(([key]) => encodeValue(key).toString("latin1"))).size < count
  )
    throw new TermError("a map has one key twice");
  return mapValue(entries);
}

/** An object for keys that are texts, `{ $atoms: object }` for keys that are atoms, else a Map. */
function mapValue(entries: readonly [key: unknown, value: unknown][]): unknown {
  if (isOfNames(entries)) return objectOf(entries as [string, unknown][]);
  const names = entries.map(([key]) => atomName(key));
  if (names.every(isAtomName))
    return { $atoms: objectOf(entries.map(([, value], index) => [names[index] as string, value])) };
  return new Map(entries.map(([key, value]) => [Object.is(key, -0) ? { $float: -0 } : key, value]));
}

function readIdentifier(reader: ByteReader, tag: number): unknown {
  const name = readAtomText(reader, tag);
  if (name !== undefined) return atomValue(name);
  switch (tag) {
    case Tag.newPid:
    case Tag.pid:
      return readPid(reader, tag);
    case Tag.newPort:
    case Tag.v4Port:
    case Tag.port:
      return readPort(reader, tag);
    case Tag.newerReference:
    case Tag.newReference:
    case Tag.reference:
      return readReference(reader, tag);
    case Tag.export:
      return { $export: [readAtomWithTag(reader), readAtomWithTag(reader), readArity(reader)] };
    default:
      throw new TermError(`no term has the tag ${tag}`);
  }
}

function readArity(reader: ByteReader): number {
  if (reader.u8() !== Tag.smallInteger)
    throw new TermError("the arity of a fun is no small integer");
  return reader.u8();
}
