import { typeAt } from "../../src/values/typed-array.js";

interface TypedArrayConstructor {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, at?: number, length?: number): ArrayBufferView;
}

/** All that this runtime has; vectors.test.ts has the number of each. */
export const TYPED_ARRAYS: readonly TypedArrayConstructor[] = [Uint8Array, ...encodedByNumber()];

function* encodedByNumber(): Generator<TypedArrayConstructor> {
  for (let number = 0; ; number++) {
    const type = typeAt(number);
    if (type === undefined) return;
    if (type.make !== undefined) yield type.make as TypedArrayConstructor;
  }
}
