import type { ByteWriter } from "./byte-writer.js";
import { Tag } from "./tag.js";

export function writeFloat(writer: ByteWriter, value: number): void {
  writer.u8(Tag.newFloat);
  writer.f64(value);
}

export function writeTupleHead(writer: ByteWriter, size: number): void {
  if (size < 256) {
    writer.u8(Tag.smallTuple);
    writer.u8(size);
  } else {
    writer.u8(Tag.largeTuple);
    writer.u32(size);
  }
}
