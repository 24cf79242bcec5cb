import type { Key } from "@store/core";
import type { KeyRules } from "../../src/maps/content-map.js";

/** Keys by a text of them, and few hashes for many keys. */
export const KEY_RULES: KeyRules = {
  compareKeys: (a, b) => (textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0),
  hashRecord: ([key]) => textOf(key).length % 3,
};

/** A text that keys share only if they are one. */
export function textOf(key: Key): string {
  if (Array.isArray(key)) return `[${key.map(textOf)}]`;
  return `${typeof key} ${typeof key === "object" ? key : JSON.stringify(String(key))}`;
}

/** A hash that is another one for nearly all keys. */
export function hashOf(key: Key): number {
  let hash = 0;
  for (const character of textOf(key)) {
    hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193);
  }
  return hash;
}
