/**
 * What `toString` and `write` of Node's buffers end in, without what these find out first. Not documented, but called by
 * undici and msgpackr as well, which is why they stay: nodejs/node#46467.
 */
interface NativeBuffer extends Buffer {
  utf8Slice(start: number, end: number): string;
  utf8Write(text: string, at: number, room: number): number;
}

export function utf8Slice(bytes: Buffer, start: number, end: number): string {
  return (bytes as NativeBuffer).utf8Slice(start, end);
}

export function utf8Write(bytes: Buffer, text: string, at: number): number {
  return (bytes as NativeBuffer).utf8Write(text, at, bytes.length - at);
}
