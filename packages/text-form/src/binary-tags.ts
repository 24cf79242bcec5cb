type BinaryArray = new (buffer: ArrayBuffer) => ArrayBufferView<ArrayBuffer>;

const NAMES = [
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
];

const nameGetter = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get;

/** The name of a typed array's type, undefined for any other object. */
export function typedArrayName(value: object): string | undefined {
  return nameGetter?.call(value);
}

/** How bytes of a typed array of this name are tagged. */
export function arrayTag(name: string): string {
  return name === "Uint8Array" ? "$bytes" : `$${name.toLowerCase()}`;
}

/** The name of the typed array that a tag stands for. */
export function arrayNameOf(tag: string): string | undefined {
  return NAMES.find((name) => arrayTag(name) === tag);
}

/** A typed array of these bytes, which are little-endian. */
export function typedArrayOf(name: string, bytes: Buffer): ArrayBufferView<ArrayBuffer> {
  const Typed = Reflect.get(globalThis, name) as
    | (BinaryArray & { readonly BYTES_PER_ELEMENT: number })
    | undefined;
  if (Typed === undefined) throw new TypeError(`this version of Node has no ${name}`);
  const size = Typed.BYTES_PER_ELEMENT;
  if (bytes.length % size !== 0) {
    throw new TypeError(`${bytes.length} bytes are no ${name}, whose elements have ${size}`);
  }
  return new Typed(arrayBufferOf(bytes));
}

/** Memory of their own. */
export function arrayBufferOf(bytes: Buffer): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}
