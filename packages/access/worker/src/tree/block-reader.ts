import { decodeElements } from "@store/codec";
import type { Key, StoreRecord } from "@store/core";
import * as block from "./record-block.js";
import { wordsOf } from "./search-key.js";

/** The record of a bag that stands at an address, for the owner, beside whom nobody writes. */
export function decodeBlock(words: Int32Array, record: number, key: Key): StoreRecord {
  const flags = words[record + block.KEY_LENGTH] as number;
  const length = words[record + block.ELEMENTS_LENGTH] as number;
  const from = record + block.elementsOffset(flags, true);
  const copy = words.slice(from, from + wordsOf(length));
  const bytes = new Uint8Array(new Int32Array(copy).buffer);
  return decodeElements(key, bytes, 0, length);
}

/** Its moment; undefined for none. */
export function momentOfBlock(words: Int32Array, record: number): number | undefined {
  const flags = words[record + block.KEY_LENGTH] as number;
  return flags < 0 ? block.loadMoment(words, record + block.headerWords(flags, true)) : undefined;
}
