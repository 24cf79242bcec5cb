import { CodecError } from "../codec-error.js";

/** The shape of any typed array. */
export interface TypedArray {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly byteLength: number;
}

const prototype = Object.getPrototypeOf(Uint8Array.prototype) as object;

function getter<T>(name: string | symbol): (this: unknown) => T {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get as (this: unknown) => T;
}

// These read internal slots, which no object can fake and no subclass can change, and which are alike in all realms.
const tagOf = getter<string | undefined>(Symbol.toStringTag);
const bufferOf = getter<ArrayBuffer>("buffer");
const byteOffsetOf = getter<number>("byteOffset");
const byteLengthOf = getter<number>("byteLength");

/** The name of its type, `Uint8Array` for a Buffer; undefined for what is no typed array. */
export function typedArrayName(value: object): string | undefined {
  return tagOf.call(value);
}

/** The bytes of a typed array: a view of them. Throws for one whose buffer was detached. */
export function bytesOf(array: object): Uint8Array {
  try {
    return new Uint8Array(bufferOf.call(array), byteOffsetOf.call(array), byteLengthOf.call(array));
  } catch (cause) {
    throw new CodecError("STORE_INVALID_RECORD", "the buffer of a typed array is detached", {
      cause,
    });
  }
}

type Constructor = new (buffer: ArrayBuffer) => TypedArray;

const { Float16Array } = globalThis as { readonly Float16Array?: Constructor };

interface Type {
  readonly name: string;
  readonly elementBytes: number;
  /** Undefined where the runtime doesn't have it. */
  readonly make: Constructor | undefined;
}

/** By the number that stands for the type. It reaches disks: never change one. */
const TYPES: readonly Type[] = [
  { name: "Int8Array", elementBytes: 1, make: Int8Array },
  { name: "Uint8ClampedArray", elementBytes: 1, make: Uint8ClampedArray },
  { name: "Int16Array", elementBytes: 2, make: Int16Array },
  { name: "Uint16Array", elementBytes: 2, make: Uint16Array },
  { name: "Int32Array", elementBytes: 4, make: Int32Array },
  { name: "Uint32Array", elementBytes: 4, make: Uint32Array },
  { name: "BigInt64Array", elementBytes: 8, make: BigInt64Array },
  { name: "BigUint64Array", elementBytes: 8, make: BigUint64Array },
  { name: "Float16Array", elementBytes: 2, make: Float16Array },
  { name: "Float32Array", elementBytes: 4, make: Float32Array },
  { name: "Float64Array", elementBytes: 8, make: Float64Array },
];

const NUMBERS = new Map(TYPES.map(({ name }, number) => [name, number]));

/** The number that stands for a type, and how many bytes each element takes; undefined for `Uint8Array`, and others. */
export function typeNumberOf(name: string): number | undefined {
  return NUMBERS.get(name);
}

/** See {@link TYPES}; undefined for a number that stands for none. */
export function typeAt(number: number): Type | undefined {
  return TYPES[number];
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Elements are written with the low byte first, as nearly all machines have them; on the others, turns them round. */
export function toLittleEndian(
  bytes: Uint8Array,
  elementBytes: number,
  isAlready = isLittleEndian,
): void {
  if (isAlready) return;
  for (let at = 0; at < bytes.length; at += elementBytes) {
    bytes.subarray(at, at + elementBytes).reverse();
  }
}
