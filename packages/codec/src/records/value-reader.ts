import { bigintFrom } from "../bytes/bigint.js";
import { readFloat64 } from "../bytes/float64.js";
import type { Input } from "../bytes/input.js";
import { latin1Text, utf8Text, utf16Text } from "../bytes/text.js";
import { corrupt } from "../codec-error.js";
import { MAX_DEPTH } from "../limits.js";
import { toLittleEndian, typeAt } from "../values/typed-array.js";
import * as tag from "./record-tags.js";
import type { Shape } from "./shape.js";
import { readShape } from "./shape-reader.js";

/** What is known while a record is read. */
export interface ReadingContext {
  /** Those that a record has listed so far; undefined before the first. */
  shapes: Shape[] | undefined;
  /** Whether many bytes aren't copied: they are a view then. */
  readonly isView: boolean;
}

/**
 * Reads a value: a new one, which shares nothing with the bytes unless it is a view. Throws a `CodecError` for bytes that
 * no value has.
 */
export function readValue(input: Input, context: ReadingContext, depth: number): unknown {
  const first = input.byte();
  if (first < tag.SMALL_LIMIT) return first;
  if (first < tag.SHORT_ARRAY) return readText(input, first - tag.SHORT_STRING);
  if (first <= tag.SHORT_ARRAY + tag.SHORT_ARRAY_ELEMENTS) {
    return readArray(input, first - tag.SHORT_ARRAY, context, depth);
  }
  // Before all that is rarer: by measurement an eighth of the time of a record of such a text.
  if (first === tag.LATIN1) return readText(input, input.varint());
  const number = readNumber(input, first);
  if (number !== undefined) return number;
  if (first >= tag.NEAR_SHAPE) return readSameShape(input, first - tag.NEAR_SHAPE, context, depth);
  switch (first) {
    case tag.NULL:
      return null;
    case tag.UNDEFINED:
      return undefined;
    case tag.FALSE:
      return false;
    case tag.TRUE:
      return true;
    case tag.BIGINT:
      return readBigint(input);
    case tag.MINUS_BIGINT:
      return -readBigint(input);
    case tag.DATE:
      return readDate(input);
    case tag.BYTES:
      return context.isView ? viewBytes(input) : readBytes(input);
    case tag.ARRAY_BUFFER:
      return readBytes(input).buffer;
    case tag.TYPED_ARRAY:
      return readTypedArray(input);
    case tag.UTF8:
      return readUtf8(input);
    case tag.UTF16:
      return readUtf16(input);
    case tag.ARRAY:
      return readArray(input, input.count(1), context, depth);
    case tag.MAP:
      return readMap(input, context, depth);
    case tag.SET:
      return readSet(input, context, depth);
    case tag.OBJECT:
      return readInline(input, {}, context, depth);
    case tag.BARE_OBJECT:
      return readInline(input, Object.create(null), context, depth);
    case tag.SHAPE:
      return readShaped(input, context, depth);
    case tag.SAME_SHAPE:
      return readSameShape(input, input.varint(), context, depth);
  }
  throw corrupt(`0x${first.toString(16)} begins no value`, input.at - 1);
}

function readText(input: Input, size: number): string {
  const start = input.take(size);
  return latin1Text(input.bytes, start, start + size);
}

function readUtf8(input: Input): string {
  const size = input.varint();
  const start = input.take(size);
  return utf8Text(input.bytes, start, start + size);
}

function readUtf16(input: Input): string {
  const size = 2 * input.varint();
  const start = input.take(size);
  return utf16Text(input.bytes, start, start + size);
}

function readBigint(input: Input): bigint {
  const size = input.varint();
  if (size <= 6) return BigInt(size === 0 ? 0 : input.uint(size));
  const start = input.take(size);
  return bigintFrom(input.bytes, start, start + size);
}

function readDate(input: Input): Date {
  const { at } = input;
  const first = input.byte();
  const time = first < tag.SMALL_LIMIT ? first : readNumber(input, first);
  if (time === undefined) throw corrupt("a date without a number", at);
  return new Date(time);
}

/** Undefined where the first byte is that of no number, or of one that is a byte. */
function readNumber(input: Input, first: number): number | undefined {
  if (first > tag.INTEGER && first <= tag.INTEGER + tag.INTEGER_BYTES) {
    return input.uint(first - tag.INTEGER);
  }
  if (first > tag.MINUS_INTEGER && first <= tag.MINUS_INTEGER + tag.INTEGER_BYTES) {
    return -1 - input.uint(first - tag.MINUS_INTEGER);
  }
  return first === tag.FLOAT64 ? readFloat64(input) : undefined;
}

function readBytes(input: Input): Uint8Array {
  const size = input.varint();
  const start = input.take(size);
  const result = new Uint8Array(size);
  if (size > SHORT) {
    result.set(input.bytes.subarray(start, start + size));
  } else {
    for (let index = 0; index < size; index++) result[index] = input.bytes[start + index] as number;
  }
  return result;
}

function viewBytes(input: Input): Uint8Array {
  const size = input.varint();
  const start = input.take(size);
  const { buffer, byteOffset } = input.bytes;
  return new Uint8Array(buffer, byteOffset + start, size);
}

/** Up to so many bytes a loop is faster than `set`. */
const SHORT = 48;

function readTypedArray(input: Input): object {
  const { at } = input;
  const type = typeAt(input.byte());
  const bytes = readBytes(input);
  if (type === undefined || bytes.length % type.elementBytes !== 0) {
    throw corrupt("a typed array of no known type", at);
  }
  if (type.make === undefined)
    throw corrupt(`a ${type.name}, which this runtime doesn't have,`, at);
  toLittleEndian(bytes, type.elementBytes);
  return new type.make(bytes.buffer as ArrayBuffer);
}

function checkDepth(input: Input, depth: number): void {
  if (depth >= MAX_DEPTH) throw corrupt(`a value of more than ${MAX_DEPTH} levels`, input.at - 1);
}

/** A longer array isn't made at its length: the engine would make a table of it. */
const LONG = 2 ** 20;

function readArray(
  input: Input,
  length: number,
  context: ReadingContext,
  depth: number,
): unknown[] {
  checkDepth(input, depth);
  if (length > input.end - input.at) throw input.cutOff();
  if (length > LONG) return readLongArray(input, length, context, depth);
  const array = new Array<unknown>(length);
  for (let index = 0; index < length; index++) array[index] = readValue(input, context, depth + 1);
  return array;
}

function readLongArray(
  input: Input,
  length: number,
  context: ReadingContext,
  depth: number,
): unknown[] {
  const array: unknown[] = [];
  for (let index = 0; index < length; index++) array.push(readValue(input, context, depth + 1));
  return array;
}

function readMap(input: Input, context: ReadingContext, depth: number): Map<unknown, unknown> {
  checkDepth(input, depth);
  const map = new Map<unknown, unknown>();
  for (let left = input.count(2); left > 0; left--) {
    const key = readValue(input, context, depth + 1);
    map.set(key, readValue(input, context, depth + 1));
  }
  return map;
}

function readSet(input: Input, context: ReadingContext, depth: number): Set<unknown> {
  checkDepth(input, depth);
  const set = new Set<unknown>();
  for (let left = input.count(1); left > 0; left--) set.add(readValue(input, context, depth + 1));
  return set;
}

type Members = Record<string, unknown>;

function readInline(
  input: Input,
  object: Members,
  context: ReadingContext,
  depth: number,
): Members {
  checkDepth(input, depth);
  for (let left = input.count(2); left > 0; left--) {
    const { at } = input;
    const name = readValue(input, context, MAX_DEPTH);
    if (typeof name !== "string") throw corrupt("a name that is no string", at);
    setMember(object, name, readValue(input, context, depth + 1));
  }
  return object;
}

/** Shapes have no objects in their names. */
function readName(input: Input): unknown {
  return readValue(input, { shapes: undefined, isView: false }, MAX_DEPTH);
}

/** Assigning `__proto__` would set the prototype. */
function setMember(object: Members, name: string, value: unknown): void {
  if (name !== "__proto__") {
    object[name] = value;
  } else {
    const writable = true;
    const enumerable = true;
    const configurable = true;
    Object.defineProperty(object, name, { value, writable, enumerable, configurable });
  }
}

function readShaped(input: Input, context: ReadingContext, depth: number): Members {
  const shape = readShape(input, readName);
  if (context.shapes === undefined) context.shapes = [shape];
  else context.shapes.push(shape);
  return readMembers(input, shape, context, depth);
}

function readSameShape(
  input: Input,
  number: number,
  context: ReadingContext,
  depth: number,
): Members {
  const shape = context.shapes?.[number];
  if (shape === undefined) throw corrupt("an object with the names of none", input.at - 1);
  return readMembers(input, shape, context, depth);
}

function readMembers(
  input: Input,
  { names, hasProto }: Shape,
  context: ReadingContext,
  depth: number,
): Members {
  checkDepth(input, depth);
  if (names.length > input.end - input.at) throw input.cutOff();
  const object: Members = {};
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const value = readValue(input, context, depth + 1);
    if (hasProto) setMember(object, name, value);
    else object[name] = value;
  }
  return object;
}
