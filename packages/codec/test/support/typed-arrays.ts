interface TypedArrayConstructor {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, at?: number, length?: number): ArrayBufferView;
}

/** All that this runtime has. */
export const TYPED_ARRAYS: readonly TypedArrayConstructor[] = [
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
].flatMap((name) => (globalThis as unknown as Record<string, TypedArrayConstructor>)[name] ?? []);
