import { CodecError } from "../codec-error.js";
import { MAX_DEPTH } from "../limits.js";
import { kindOf, mapForEach, mapSize, setForEach, setSize, timeOf } from "../values/kind.js";
import {
  bytesOf,
  toLittleEndian,
  typeAt,
  typedArrayName,
  typeNumberOf,
} from "../values/typed-array.js";
import { writeBigint, writeNumber } from "./number-writer.js";
import type { RecordOutput } from "./record-output.js";
import * as tag from "./record-tags.js";
import { noShape, type Shape, shapeOf } from "./shape.js";
import { sortParts } from "./sort-parts.js";
import { writeString } from "./string-writer.js";

/** Appends a value. Throws a `CodecError` for one that no record holds. */
export function writeValue(output: RecordOutput, value: unknown, depth: number): void {
  switch (typeof value) {
    case "string":
      writeString(output, value);
      return;
    case "number":
      writeNumber(output, value);
      return;
    case "boolean":
      output.byte(value ? tag.TRUE : tag.FALSE);
      return;
    case "undefined":
      output.byte(tag.UNDEFINED);
      return;
    case "bigint":
      writeBigint(output, value);
      return;
    case "object":
      if (value === null) {
        output.byte(tag.NULL);
        return;
      }
      writeObject(output, value, depth);
      return;
  }
  throw unstorable(`a ${typeof value}`);
}

function unstorable(what: string): CodecError {
  return new CodecError("STORE_INVALID_RECORD", `a record doesn't hold ${what}`);
}

type Members = Readonly<Record<string, unknown>>;

function writeObject(output: RecordOutput, value: object, depth: number): void {
  if (depth === MAX_DEPTH) throw unstorable(`what is nested deeper than ${MAX_DEPTH}, or a cycle`);
  switch (kindOf(value)) {
    case "object":
      writeMembers(output, value as Members, depth);
      return;
    case "array":
      writeArray(output, value as readonly unknown[], depth);
      return;
    case "date":
      output.byte(tag.DATE);
      writeNumber(output, timeOf.call(value) as number);
      return;
    case "typed array":
      writeTypedArray(output, value);
      return;
    case "map":
      writeMap(output, value, depth);
      return;
    case "set":
      writeSet(output, value, depth);
      return;
    case "bare object":
      if (output.isCanonical) writeSorted(output, value as Members, depth);
      else writeInline(output, value as Members, Object.keys(value), depth, tag.BARE_OBJECT);
      return;
    case "array buffer":
      output.byte(tag.ARRAY_BUFFER);
      writeSizedBytes(output, new Uint8Array(value as ArrayBuffer));
      return;
  }
  throw unstorable("an object of such a class");
}

function writeArray(output: RecordOutput, array: readonly unknown[], depth: number): void {
  const { length } = array;
  if (length <= tag.SHORT_ARRAY_ELEMENTS) {
    output.byte(tag.SHORT_ARRAY + length);
  } else {
    output.byte(tag.ARRAY);
    output.varint(length);
  }
  for (let index = 0; index < length; index++) {
    const element = array[index];
    if (element === undefined && !(index in array)) throw unstorable("a sparse array");
    writeValue(output, element, depth + 1);
  }
}

/** The shape of the last object that was written. */
let lastShape = noShape();

function writeMembers(output: RecordOutput, object: Members, depth: number): void {
  if (output.isCanonical) {
    writeSorted(output, object, depth);
    return;
  }
  if (output.stamp === 0) output.beginShapes();
  const shape = output.inheritsNothing ? guessShape(object) : undefined;
  if (shape === undefined) {
    writeUnguessed(output, object, depth);
    return;
  }
  writeShape(output, shape);
  let count = 0;
  // The engine knows in such a loop where the object has which property.
  for (const name in object) {
    writeValue(output, object[name], depth + 1);
    count++;
  }
  if (count !== shape.names.length) throw changed();
}

/** The shape of `object`, if it came after the last one before. */
function guessShape(object: Members): Shape | undefined {
  const { next, second } = lastShape;
  if (next === undefined) return undefined;
  if (hasShape(object, next)) return next;
  return second !== undefined && hasShape(object, second) ? second : undefined;
}

function hasShape(object: Members, { names }: Shape): boolean {
  let index = 0;
  for (const name in object) {
    if (name !== names[index]) return false;
    index++;
  }
  return index === names.length && Object.getPrototypeOf(object) === Object.prototype;
}

function writeUnguessed(output: RecordOutput, object: Members, depth: number): void {
  const names = Object.keys(object);
  const shape = shapeOf(names);
  if (shape === undefined) {
    writeInline(output, object, names, depth, tag.OBJECT);
    return;
  }
  writeShape(output, shape);
  for (let index = 0; index < names.length; index++) {
    writeValue(output, memberOf(object, names[index] as string), depth + 1);
  }
}

/** Appends the names of a shape, or which one in the record it is. */
function writeShape(output: RecordOutput, shape: Shape): void {
  lastShape.follow(shape);
  lastShape = shape;
  if (shape.stamp === output.stamp) {
    if (shape.index < tag.NEAR_SHAPES) {
      output.byte(tag.NEAR_SHAPE + shape.index);
      return;
    }
    output.byte(tag.SAME_SHAPE);
    output.varint(shape.index);
    return;
  }
  shape.stamp = output.stamp;
  shape.index = output.shapes++;
  const { encoded } = shape;
  if (encoded.length > SHORT) {
    output.append(encoded);
    return;
  }
  output.reserve(encoded.length);
  const { bytes, at } = output;
  for (let index = 0; index < encoded.length; index++) bytes[at + index] = encoded[index] as number;
  output.at = at + encoded.length;
}

/** Up to so many bytes a loop is faster than `set`. */
const SHORT = 48;

/** Appends names and values by turns. */
function writeInline(
  output: RecordOutput,
  object: Members,
  names: readonly string[],
  depth: number,
  first: number,
): void {
  output.byte(first);
  output.varint(names.length);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    writeString(output, name);
    writeValue(output, memberOf(object, name), depth + 1);
  }
}

/** Throws where a getter has removed it. */
function memberOf(object: Members, name: string): unknown {
  const value = object[name];
  if (value === undefined && !Object.hasOwn(object, name)) throw changed();
  return value;
}

/** The same in the order of the names, and with or without a prototype alike. */
function writeSorted(output: RecordOutput, object: Members, depth: number): void {
  writeInline(output, object, Object.keys(object).sort(), depth, tag.OBJECT);
}

function writeMap(output: RecordOutput, map: object, depth: number): void {
  const size = mapSize.call(map);
  output.byte(tag.MAP);
  output.varint(size);
  const starts: number[] = [];
  let count = 0;
  mapForEach.call(map, (value, key) => {
    count++;
    if (output.isCanonical) starts.push(output.at);
    writeValue(output, key, depth + 1);
    writeValue(output, value, depth + 1);
  });
  if (count !== size) throw changed();
  sortParts(output, starts);
}

function writeSet(output: RecordOutput, set: object, depth: number): void {
  const size = setSize.call(set);
  output.byte(tag.SET);
  output.varint(size);
  const starts: number[] = [];
  let count = 0;
  setForEach.call(set, (member) => {
    count++;
    if (output.isCanonical) starts.push(output.at);
    writeValue(output, member, depth + 1);
  });
  if (count !== size) throw changed();
  sortParts(output, starts);
}

function changed(): CodecError {
  return unstorable("an object that changes while it is read");
}

function writeTypedArray(output: RecordOutput, array: object): void {
  const name = typedArrayName(array) as string;
  const bytes = bytesOf(array);
  if (name === "Uint8Array") {
    output.byte(tag.BYTES);
    writeSizedBytes(output, bytes);
    return;
  }
  const number = typeNumberOf(name);
  const type = number === undefined ? undefined : typeAt(number);
  if (number === undefined || type === undefined) throw unstorable(`a ${name}`);
  output.byte(tag.TYPED_ARRAY);
  output.byte(number);
  writeSizedBytes(output, bytes);
  toLittleEndian(output.bytes.subarray(output.at - bytes.length, output.at), type.elementBytes);
}

function writeSizedBytes(output: RecordOutput, bytes: Uint8Array): void {
  output.varint(bytes.length);
  output.append(bytes);
}
