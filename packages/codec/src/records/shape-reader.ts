import type { Input } from "../bytes/input.js";
import { corrupt } from "../codec-error.js";
import { noShape, Shape } from "./shape.js";

/** Reads the strings that are the names. */
type ReadName = (input: Input) => unknown;

/** More bytes of names aren't remembered. */
const MOST_BYTES = 2 ** 10;
/** With more shapes, all are forgotten. */
const MOST_SHAPES = 2 ** 10;

/** By a hash of the bytes. */
const shapes = new Map<number, Shape>();
/** The shape that was read last. */
let lastShape = noShape();

/** Reads a shape behind its tag, if it isn't known: most are. */
export function readShape(input: Input, readName: ReadName): Shape {
  const count = input.varint();
  const size = input.varint();
  const start = input.take(size);
  const { next, second } = lastShape;
  let shape: Shape | undefined;
  if (next !== undefined && isAt(input.bytes, start, size, count, next)) shape = next;
  else if (second !== undefined && isAt(input.bytes, start, size, count, second)) shape = second;
  else shape = findShape(input, start, size, count, readName);
  lastShape.follow(shape);
  lastShape = shape;
  return shape;
}

/** Whether these bytes are the names of a shape. */
function isAt(
  bytes: Uint8Array,
  start: number,
  size: number,
  count: number,
  shape: Shape,
): boolean {
  const { encoded, names } = shape;
  if (encoded.length !== size || names.length !== count) return false;
  for (let index = 0; index < size; index++) {
    if (encoded[index] !== bytes[start + index]) return false;
  }
  return true;
}

function findShape(
  input: Input,
  start: number,
  size: number,
  count: number,
  readName: ReadName,
): Shape {
  if (size > MOST_BYTES) return makeShape(input, start, count, readName);
  const hash = hashOf(input.bytes, start, start + size);
  const known = shapes.get(hash);
  if (known !== undefined && isAt(input.bytes, start, size, count, known)) return known;
  const shape = makeShape(input, start, count, readName);
  if (shapes.size >= MOST_SHAPES) shapes.clear();
  shapes.set(hash, shape);
  return shape;
}

function makeShape(input: Input, start: number, count: number, readName: ReadName): Shape {
  const { at: end } = input;
  if (count > end - start) throw corrupt("a list of too few names", start);
  const names: string[] = [];
  input.at = start;
  while (names.length < count) {
    const name = readName(input);
    if (typeof name !== "string") throw corrupt("a name that is no string", start);
    names.push(name);
  }
  if (input.at !== end) throw corrupt("a list of names of another length", start);
  return new Shape(names, input.bytes.slice(start, end));
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hash;
}
