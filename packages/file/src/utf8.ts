/** Methods of Node's buffers that `toString` and `write` end in. */
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
