import { utf8Length } from "../bytes/native.js";
import { type Output, varintBytes } from "../bytes/output.js";
import { writeUtf8, writeUtf16 } from "../bytes/text.js";
import * as tag from "./record-tags.js";

/** Of a longer string it is found out first how many bytes it takes. */
const LONG = 2 ** 16;
/**
 * A longer string with other characters than ASCII is written as UTF-16: engines read no UTF-8 of 2^29 bytes and more,
 * though a string may have as many code units.
 */
const LONGEST_UTF8 = 2 ** 27;
const MOST_BYTES = 3;

/** Appends a string: any, lone surrogates and all. */
export function writeString(output: Output, text: string): void {
  const { length } = text;
  if (length <= tag.SHORT_STRING_UNITS) {
    output.reserve(1 + length);
    const { bytes, at } = output;
    const start = at + 1;
    let index = 0;
    for (; index < length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0xff) break;
      bytes[start + index] = unit;
    }
    if (index === length) {
      bytes[at] = tag.SHORT_STRING + length;
      output.at = start + length;
      return;
    }
  }
  if (length <= LONG) writeLongString(output, text);
  else writeLargeString(output, text);
}

function writeLongString(output: Output, text: string): void {
  const { length } = text;
  output.reserve(1 + 5 + length * MOST_BYTES);
  const { bytes, at } = output;
  const start = at + 1 + varintBytes(length);
  const size = writeUtf8(bytes, text, start);
  if (size === length && size < 0x80) {
    // What most long strings are.
    bytes[at] = tag.LATIN1;
    bytes[at + 1] = size;
    output.at = start + size;
    return;
  }
  if (size === length) {
    bytes[at] = tag.LATIN1;
  } else if (isWellFormed(text)) {
    bytes[at] = tag.UTF8;
    const moved = varintBytes(size) - varintBytes(length);
    if (moved > 0) bytes.copyWithin(start + moved, start, start + size);
  } else {
    writeAsUtf16(output, text);
    return;
  }
  output.at = at + 1;
  output.varint(size);
  output.at += size;
}

function writeLargeString(output: Output, text: string): void {
  const { length } = text;
  const size = utf8Length(text);
  const isAscii = size === length;
  if (!isAscii && (length > LONGEST_UTF8 || !isWellFormed(text))) {
    writeAsUtf16(output, text);
    return;
  }
  output.byte(isAscii ? tag.LATIN1 : tag.UTF8);
  output.varint(size);
  output.reserve(size);
  writeUtf8(output.bytes, text, output.at);
  output.at += size;
}

function writeAsUtf16(output: Output, text: string): void {
  output.byte(tag.UTF16);
  output.varint(text.length);
  output.reserve(2 * text.length);
  writeUtf16(output.bytes, text, output.at);
  output.at += 2 * text.length;
}

/** TypeScript knows this method from ES2024 on, Node from 20. */
function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}
