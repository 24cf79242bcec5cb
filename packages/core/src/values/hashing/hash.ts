import { bytesOf, kindOf, typedArrayName } from "../kind.js";
import { type SipKey, sipOfString, sipOfWords } from "./half-sip.js";

/**
 * A 32-bit hash by content: equal values (see equality.ts) have equal hashes, whatever the order of an object's keys, a
 * Map's entries or a Set's members. Cost: the size of the value.
 *
 * Never store it: each process has another one. Its key is random, so that nobody can compute values that share a hash.
 *
 * A value is written as words and those are hashed. What one value is written as never begins what another one is.
 * Parts without an order are hashed one by one, and the sum of their hashes is written.
 */
export function hashValue(value: unknown): number {
  count = 0;
  const found = known?.get(value);
  if (found !== undefined) return found;
  writeValue(value);
  return finish(0);
}

export type MapEntry = readonly [key: unknown, value: unknown];

/** The hash of an entry of a Map. */
export function hashEntry([key, value]: MapEntry): number {
  count = 0;
  return hashOfEntry(key, value);
}

/** Until `run` returns, members of Sets and keys and values of Maps that are in what is hashed are hashed once. */
export function hashingOnce<T>(run: () => T): T {
  if (known !== undefined) return run();
  known = new Map();
  try {
    return run();
  } finally {
    known = undefined;
  }
}

let known: Map<unknown, number> | undefined;

const KEY = randomKey();

function randomKey(): SipKey {
  const words = new Int32Array(2);
  const { crypto } = globalThis as { crypto?: { getRandomValues(words: Int32Array): void } };
  try {
    crypto?.getRandomValues(words);
  } catch {
    // Some servers don't allow it while modules are loaded; a test environment may have an array type of its own.
  }
  return {
    first: (words[0] as number) ^ (Math.random() * 2 ** 32),
    second: (words[1] as number) ^ (Math.random() * 2 ** 32),
  };
}

/** The first `count` words are those that aren't hashed yet. A stack that was used up in the middle leaves some. */
let words = new Int32Array(256);
let bytesOfWords = new Uint8Array(words.buffer);
let count = 0;

function makeRoom(needed: number): void {
  if (count + needed <= words.length) return;
  const before = words;
  words = new Int32Array(2 * (count + needed));
  words.set(before);
  bytesOfWords = new Uint8Array(words.buffer);
}

function write(word: number): void {
  if (count === words.length) makeRoom(1);
  words[count++] = word;
}

/** Hashes the words from `start` on, and forgets them. */
function finish(start: number): number {
  const hash = sipOfWords(KEY, words, start, count);
  count = start;
  return hash;
}

function hashOfPart(value: unknown): number {
  const start = count;
  if (known === undefined || typeof value !== "object" || value === null) {
    writeValue(value);
    return finish(start);
  }
  const found = known.get(value);
  if (found !== undefined) return found;
  writeValue(value);
  const hash = finish(start);
  known.set(value, hash);
  return hash;
}

function hashOfEntry(key: unknown, value: unknown): number {
  const start = count;
  write(hashOfPart(key));
  write(hashOfPart(value));
  return finish(start);
}

// The first word of a value has its kind, in the lowest bits, and its length. A small integer is that word.
const KIND_BITS = 5;
const UNDEFINED = 0;
const NULL = 1;
const FALSE = 2;
const TRUE = 3;
const SMALL_INTEGER = 4;
const NUMBER = 5;
const BIGINT = 6;
const STRING = 7;
const LONG_STRING = 8;
const BYTES = 9;
const DATE = 10;
const ARRAY = 11;
const OBJECT = 12;
const MAP = 13;
const SET = 14;
const TYPED_ARRAY = 15;
const ARRAY_BUFFER = 16;

function writeHeader(kind: number, length: number): void {
  write((length << KIND_BITS) | kind);
}

function writeValue(value: unknown): void {
  switch (typeof value) {
    case "string":
      writeString(value);
      break;
    case "number":
      writeNumber(value);
      break;
    case "boolean":
      write(value ? TRUE : FALSE);
      break;
    case "bigint":
      write(BIGINT);
      writeString(value.toString(16));
      break;
    case "object":
      if (value === null) write(NULL);
      else writeObject(value);
      break;
    default:
      write(UNDEFINED);
  }
}

const float = new Float64Array(1);
const bitsOfFloat = new Int32Array(float.buffer);

function writeNumber(value: number): void {
  const shifted = value << KIND_BITS;
  if (Object.is(shifted >> KIND_BITS, value)) {
    write(shifted | SMALL_INTEGER);
    return;
  }
  // A NaN may have other bits than another.
  float[0] = Number.isNaN(value) ? Number.NaN : value;
  write(NUMBER);
  write(bitsOfFloat[0] as number);
  write(bitsOfFloat[1] as number);
}

/** Up to here it costs less to hash a string with what is around it, by measurement. */
const SHORT = 32;

function writeString(text: string): void {
  const { length } = text;
  if (length > SHORT) {
    write(LONG_STRING);
    write(sipOfString(KEY, text));
    return;
  }
  writeHeader(STRING, length);
  makeRoom(SHORT / 2);
  const into = words;
  let end = count;
  const last = length - 1;
  let index = 0;
  for (; index < last; index += 2) {
    into[end++] = text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16);
  }
  if (index === last) into[end++] = text.charCodeAt(index);
  count = end;
}

function writeObject(value: object): void {
  switch (kindOf(value)) {
    case "array":
      writeArray(value as readonly unknown[]);
      break;
    case "bytes":
      writeBytes(value as Uint8Array);
      break;
    case "typedarray":
      write(TYPED_ARRAY);
      writeString(typedArrayName(value) ?? "");
      writeBytes(bytesOf(value));
      break;
    case "arraybuffer":
      write(ARRAY_BUFFER);
      writeBytes(new Uint8Array(value as ArrayBuffer));
      break;
    case "date":
      write(DATE);
      writeNumber((value as Date).getTime());
      break;
    case "map":
      writeMap(value as ReadonlyMap<unknown, unknown>);
      break;
    case "set":
      writeSet(value as ReadonlySet<unknown>);
      break;
    default:
      writePlain(value);
  }
}

/** Of what is long, so many words at a time are hashed. */
const CHUNK = 1024;

function writeArray(array: readonly unknown[]): void {
  const start = count;
  writeHeader(ARRAY, array.length);
  for (let index = 0; index < array.length; index++) {
    writeValue(array[index]);
    if (count - start > CHUNK) write(finish(start));
  }
}

function writeBytes(bytes: Uint8Array): void {
  const { length } = bytes;
  writeHeader(BYTES, length);
  if (length <= 4 * CHUNK) {
    writeChunk(bytes);
    return;
  }
  for (let index = 0; index < length; index += 4 * CHUNK) {
    const start = count;
    const size = Math.min(4 * CHUNK, length - index);
    writeChunk(new Uint8Array(bytes.buffer, bytes.byteOffset + index, size));
    write(finish(start));
  }
}

/** From so many bytes on, a loop costs more than a call. */
const MANY_BYTES = 64;

function writeChunk(bytes: Uint8Array): void {
  const { length } = bytes;
  const size = (length + 3) >> 2;
  if (size === 0) return;
  makeRoom(size);
  words[count + size - 1] = 0;
  if (length >= MANY_BYTES) {
    bytesOfWords.set(bytes, 4 * count);
  } else {
    const into = bytesOfWords;
    const start = 4 * count;
    for (let index = 0; index < length; index++) into[start + index] = bytes[index] as number;
  }
  count += size;
}

function writeMap(map: ReadonlyMap<unknown, unknown>): void {
  let sum = 0;
  for (const [key, value] of map) sum = (sum + hashOfEntry(key, value)) | 0;
  writeHeader(MAP, map.size);
  write(sum);
}

function writeSet(set: ReadonlySet<unknown>): void {
  let sum = 0;
  for (const member of set) sum = (sum + hashOfPart(member)) | 0;
  writeHeader(SET, set.size);
  write(sum);
}

function writePlain(object: object): void {
  // V8 answers both much faster than it finds the value of a name among objects of many shapes.
  const names = Object.keys(object);
  const values: unknown[] = Object.values(object);
  const start = count;
  let sum = 0;
  for (let index = 0; index < names.length; index++) {
    writeString(names[index] as string);
    writeValue(values[index]);
    sum = (sum + finish(start)) | 0;
  }
  writeHeader(OBJECT, names.length);
  write(sum);
}
