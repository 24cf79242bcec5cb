/**
 * What `toString` and `write` of Node's buffers end in. Not documented, but called by undici and msgpackr as well, which
 * is why they stay: nodejs/node#46467. They take any Uint8Array, of any realm, as `this`.
 */
interface NativeBuffer {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  utf8Slice(this: Uint8Array, start: number, end: number): string;
  ucs2Slice(this: Uint8Array, start: number, end: number): string;
  utf8Write(this: Uint8Array, text: string, at: number, room: number): number;
  ucs2Write(this: Uint8Array, text: string, at: number, room: number): number;
}

interface BufferConstructor {
  readonly prototype: Partial<NativeBuffer>;
  byteLength(text: string): number;
}

const { Buffer } = globalThis as { readonly Buffer?: BufferConstructor };

/** Undefined where there are no buffers as Node's: in browsers. */
export const native: NativeBuffer | undefined = isWhole(Buffer?.prototype)
  ? Buffer?.prototype
  : undefined;

function isWhole(methods: Partial<NativeBuffer> | undefined): methods is NativeBuffer {
  return (
    methods?.latin1Slice !== undefined &&
    methods.utf8Slice !== undefined &&
    methods.ucs2Slice !== undefined &&
    methods.utf8Write !== undefined &&
    methods.ucs2Write !== undefined
  );
}

/** How many bytes a string takes in UTF-8. */
export function utf8Length(text: string): number {
  if (Buffer !== undefined) return Buffer.byteLength(text);
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // The halves of a surrogate pair take 2 each. A half alone takes 3, as what stands in for it; nobody asks then.
    length += unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3;
  }
  return length;
}
