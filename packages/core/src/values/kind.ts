/** The kinds of object that a record may hold. `bytes` are Uint8Arrays, `typedarray` are the other typed arrays. */
export type Kind =
  | "object"
  | "array"
  | "bytes"
  | "typedarray"
  | "arraybuffer"
  | "date"
  | "map"
  | "set";

/** Any typed array. */
export type TypedArray = ArrayBufferView<ArrayBuffer> & ArrayLike<number | bigint>;

interface TypedArrayConstructor {
  readonly prototype: TypedArray;
  new (source: TypedArray | number): TypedArray;
}

/** The constructors of the typed arrays that this engine has, by name. Not every one has Float16Array. */
const TYPED_ARRAYS: ReadonlyMap<string, TypedArrayConstructor> = new Map(
  [
    "Int8Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "Int16Array",
    "Uint16Array",
    "Int32Array",
    "Uint32Array",
    "BigInt64Array",
    "BigUint64Array",
    "Float16Array",
    "Float32Array",
    "Float64Array",
  ].flatMap((name) => {
    const made: unknown = Reflect.get(globalThis, name);
    return typeof made === "function"
      ? [[name, made as unknown as TypedArrayConstructor] as const]
      : [];
  }),
);

const typedArrayTag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get;

/** The name of a typed array's type, undefined for any other object: told by an internal slot, which none can fake. */
export function typedArrayName(value: object): string | undefined {
  return typedArrayTag?.call(value);
}

/** Whether `value` is a Uint8Array, a Buffer or one of another realm. */
export function isBytes(value: object): value is Uint8Array {
  return typedArrayName(value) === "Uint8Array";
}

/**
 * This realm's constructor of a typed array's type. Called with the array it copies the bytes into memory of their own,
 * shared or not, and throws for one whose buffer is detached or has shrunk from under it.
 */
export function typedArrayConstructor(value: object): TypedArrayConstructor {
  return TYPED_ARRAYS.get(typedArrayName(value) ?? "") as TypedArrayConstructor;
}

/**
 * What an object is, or undefined for one that can't be stored. The prototypes are compared first; objects of another
 * realm (a vm context, a test runner's sandbox) are told by the name of their prototype's constructor. The copying
 * itself goes through the built-in methods, which no object can fake.
 */
export function kindOf(
  value: object,
  prototype: unknown = Object.getPrototypeOf(value),
): Kind | undefined {
  if (Array.isArray(value)) return isBuiltIn(prototype, Array.prototype) ? "array" : undefined;
  if (prototype === Object.prototype || prototype === null) return "object";
  const typedArray = typedArrayName(value);
  if (typedArray === "Uint8Array") return "bytes";
  if (typedArray !== undefined) {
    const own = TYPED_ARRAYS.get(typedArray)?.prototype;
    return own !== undefined && isBuiltIn(prototype, own) ? "typedarray" : undefined;
  }
  if (isBuiltIn(prototype, Date.prototype)) return "date";
  if (isBuiltIn(prototype, Map.prototype)) return "map";
  if (isBuiltIn(prototype, Set.prototype)) return "set";
  if (isBuiltIn(prototype, ArrayBuffer.prototype)) return "arraybuffer";
  return isBuiltIn(prototype, Object.prototype) ? "object" : undefined;
}

function isBuiltIn(prototype: unknown, own: object): boolean {
  if (prototype === own) return true;
  if (typeof prototype !== "object" || prototype === null) return false;
  // A subclass has a prototype of its own two steps from the root; a foreign built-in is as near to it as ours.
  return (
    Object.hasOwn(prototype, "constructor") &&
    prototype.constructor?.name === own.constructor.name &&
    stepsToRoot(prototype) === stepsToRoot(own)
  );
}

function stepsToRoot(prototype: object): number {
  let steps = 0;
  for (let next: unknown = prototype; next !== null; next = Object.getPrototypeOf(next)) steps++;
  return steps;
}

// The built-in methods, as they were when this was loaded: what an object has under these names isn't called.

/** `Date.prototype.getTime`. */
export const dateTime: (this: unknown) => number = Date.prototype.getTime;

/** `Map.prototype.forEach`. */
export const mapForEach = Map.prototype.forEach as (
  this: unknown,
  visit: (value: unknown, key: unknown) => void,
) => void;

/** `Set.prototype.forEach`. */
export const setForEach = Set.prototype.forEach as (
  this: unknown,
  visit: (value: unknown) => void,
) => void;

/** The length of an ArrayBuffer in bytes; throws for anything else. */
export const bufferLength = getter(ArrayBuffer.prototype, "byteLength") as (
  this: unknown,
) => number;

/** The length of a typed array in bytes: 0 where there is nothing behind it any more. */
export const viewLength = getter(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  "byteLength",
) as (this: unknown) => number;

const mapSize = getter(Map.prototype, "size") as (this: unknown) => number;
const setSize = getter(Set.prototype, "size") as (this: unknown) => number;
const typedArrayPrototype: object = Object.getPrototypeOf(Uint8Array.prototype);
const viewBuffer = getter(typedArrayPrototype, "buffer") as (this: unknown) => ArrayBufferLike;
const viewKeys = Reflect.get(typedArrayPrototype, "keys") as (this: unknown) => unknown;

function getter(prototype: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get;
}

/**
 * How an object of a kind is, in its internal slots: sound; none of that kind at all, which a Proxy is and what
 * `Object.create(Map.prototype)` makes; or binary data without memory behind it. Slow, for messages.
 */
export function stateOf(
  value: object,
  kind: Kind,
): "sound" | "none" | "detached" | "out of bounds" {
  switch (kind) {
    case "date":
      return has(dateTime, value) ? "sound" : "none";
    case "map":
      return has(mapSize, value) ? "sound" : "none";
    case "set":
      return has(setSize, value) ? "sound" : "none";
    case "arraybuffer":
      if (!has(bufferLength, value)) return "none";
      return isDetached(value as ArrayBuffer) ? "detached" : "sound";
    case "bytes":
    case "typedarray":
      if (has(viewKeys, value)) return "sound";
      return isDetached(viewBuffer.call(value)) ? "detached" : "out of bounds";
    default:
      return "sound";
  }
}

function has(read: (this: unknown) => unknown, value: object): boolean {
  try {
    read.call(value);
    return true;
  } catch {
    return false;
  }
}

function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/** Whether an object of no kind has the very prototype of a typed array of that name, as a Proxy of one has. */
export function looksBuiltIn(value: object, name: string): boolean {
  const prototype = TYPED_ARRAYS.get(name)?.prototype;
  return prototype !== undefined && isBuiltIn(Object.getPrototypeOf(value), prototype);
}

/** The bytes of a typed array. */
export function bytesOf(view: object): Uint8Array {
  const { buffer, byteOffset, byteLength } = view as ArrayBufferView;
  return new Uint8Array(buffer, byteOffset, byteLength);
}
