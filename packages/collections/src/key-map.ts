import type { Key } from "@store/core";
import { LongMap } from "./long-map.js";

/**
 * A map from keys to values, which are never undefined. Primitive keys are a Map's own keys, at its speed; tuples and
 * bytes, which a Map would tell apart by identity, are kept beside them under a text of their content.
 */
export class KeyMap<V> {
  readonly #primitives = new LongMap<Key, V>();
  readonly #compounds = new LongMap<string, V>();

  get size(): number {
    return this.#primitives.size + this.#compounds.size;
  }

  get(key: Key): V | undefined {
    return typeof key === "object" && key !== null
      ? this.#compounds.get(textOf(key))
      : this.#primitives.get(key);
  }

  set(key: Key, value: V): void {
    if (typeof key === "object" && key !== null) this.#compounds.set(textOf(key), value);
    else this.#primitives.set(key, value);
  }

  delete(key: Key): void {
    if (typeof key === "object" && key !== null) this.#compounds.delete(textOf(key));
    else this.#primitives.delete(key);
  }

  clear(): void {
    this.#primitives.clear();
    this.#compounds.clear();
  }
}

/** A text that two keys share only if they are equal: each part says its type, and how long it is or where it ends. */
function textOf(key: Key): string {
  switch (typeof key) {
    case "string":
      return `s${key.length}:${key}`;
    case "number":
      return `n${key};`;
    case "bigint":
      return `i${key};`;
    case "boolean":
      return key ? "t" : "f";
    default:
      if (key === null) return "0";
      return key instanceof Uint8Array ? bytesText(key) : tupleText(key);
  }
}

function tupleText(tuple: readonly Key[]): string {
  let text = "(";
  for (const element of tuple) text += textOf(element);
  return `${text})`;
}

function bytesText(bytes: Uint8Array): string {
  let text = `b${bytes.length}:`;
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
