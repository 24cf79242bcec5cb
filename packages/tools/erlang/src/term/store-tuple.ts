import { types } from "node:util";
import { atomName, isPlainObject, specialOf } from "./special.js";

/**
 * Values that no term of Erlang's own can say are tuples of three there: `{'$store', Kind, Data}`. This is what the
 * first of them is called.
 */
export const STORE_ATOM = "$store";

/** Arrays of numbers, by their name. */
const typedArrays = {
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Float32Array,
  Float64Array,
} as const;

type TypedArrayName = keyof typeof typedArrays;

/** What an array of numbers, or a buffer, is as a tuple: its kind and its bytes. */
export function bufferKind(value: object): readonly [kind: string, bytes: Uint8Array] | undefined {
  if (types.isArrayBuffer(value)) return ["ArrayBuffer", new Uint8Array(value)];
  if (!types.isTypedArray(value)) return undefined;
  const kind = value[Symbol.toStringTag];
  return isTypedArrayName(kind)
    ? [kind, new Uint8Array(value.buffer, value.byteOffset, value.byteLength)]
    : undefined;
}

/**
 * The value that a tuple of these three elements stands for, or `undefined` within an array of none. Whether it is the
 * tuple that this value is written as, the caller has to see.
 */
export function candidateOf(elements: readonly unknown[]): readonly [value: unknown] | undefined {
  if (elements.length !== 3 || atomName(elements[0]) !== STORE_ATOM) return undefined;
  const kind = atomName(elements[1]);
  const data = elements[2];
  switch (kind) {
    case "bigint":
      return typeof data === "number" && Number.isSafeInteger(data) ? [BigInt(data)] : undefined;
    case "number":
      return numberOf(data);
    case "date":
      return dateOf(data);
    case "string":
      return stringOf(data);
    case "bytes":
      return typeof data === "string" ? [new Uint8Array(Buffer.from(data))] : undefined;
    case "set":
      return Array.isArray(data) ? [new Set(data)] : undefined;
    case "map":
      return mapOf(data);
    case "object":
      return types.isMap(data) ? objectOfMap(data) : undefined;
    default:
      return kind === undefined ? undefined : bufferOf(kind, data);
  }
}

const numbers: ReadonlyMap<unknown, number> = new Map([
  ["nan", Number.NaN],
  ["infinity", Number.POSITIVE_INFINITY],
  ["-infinity", Number.NEGATIVE_INFINITY],
]);

/** The atom that says which number without digits this is. */
export function numberName(value: number): string {
  for (const [name, number] of numbers) if (Object.is(number, value)) return name as string;
  throw new RangeError(`${value} has digits`);
}

function numberOf(data: unknown): readonly [number] | undefined {
  const value = numbers.get(atomName(data));
  return value === undefined ? undefined : [value];
}

function dateOf(data: unknown): readonly [Date] | undefined {
  if (atomName(data) === "invalid") return [new Date(Number.NaN)];
  return typeof data === "number" ? [new Date(data)] : undefined;
}

/** A string with half a surrogate pair: its code units, two bytes each. */
function stringOf(data: unknown): readonly [string] | undefined {
  const bytes = binaryOf(data);
  return bytes === undefined || bytes.length % 2 === 1 ? undefined : [bytes.toString("utf16le")];
}

function mapOf(data: unknown): readonly [Map<unknown, unknown>] | undefined {
  if (!Array.isArray(data)) return undefined;
  const result = new Map<unknown, unknown>();
  for (const pair of data) {
    const special = specialOf(pair);
    if (special?.[0] !== "$tuple" || !Array.isArray(special[1]) || special[1].length !== 2)
      return undefined;
    result.set(special[1][0], special[1][1]);
  }
  return [result];
}

function objectOfMap(data: ReadonlyMap<unknown, unknown>): readonly [object] | undefined {
  const [entry] = data;
  if (data.size !== 1 || entry === undefined || typeof entry[0] !== "string") return undefined;
  return [{ [entry[0]]: entry[1] }];
}

function bufferOf(kind: string, data: unknown): readonly [object] | undefined {
  const bytes = binaryOf(data);
  if (bytes === undefined) return undefined;
  // A copy, whose offset fits any kind of element.
  const { buffer } = new Uint8Array(bytes);
  if (kind === "ArrayBuffer") return [buffer];
  if (!isTypedArrayName(kind)) return undefined;
  const maker = typedArrays[kind];
  return bytes.length % maker.BYTES_PER_ELEMENT === 0 ? [new maker(buffer)] : undefined;
}

function binaryOf(data: unknown): Buffer | undefined {
  if (typeof data === "string") return Buffer.from(data);
  return data instanceof Uint8Array
    ? Buffer.from(data.buffer, data.byteOffset, data.length)
    : undefined;
}

function isTypedArrayName(kind: string): kind is TypedArrayName {
  return Object.hasOwn(typedArrays, kind);
}

/** Whether this is an object whose only name is one of those that say what a term was. */
export function looksSpecial(value: unknown): boolean {
  return isPlainObject(value) && specialOf(value) !== undefined;
}
