import { compareKeys, type Key } from "@store/core";
import { isAtomName } from "../term/atom.js";
import { decodeValue } from "../term/decode.js";
import { encodeValue } from "../term/encode.js";
import { specialOf } from "../term/special.js";
import { TermError } from "../term/term-error.js";

/** How keys are told: as plain ones, or each so that it says which term it was. */
export type KeyStyle = "plain" | "exact";

/**
 * The key that a term is. In the plain style several terms are one key: an atom is the text of its name, and a float that
 * is an integer is that integer. In the exact style these are tuples that say so: `["$atom", "a"]`, `["$float", 1]`.
 */
export function keyOf(value: unknown, style: KeyStyle): Key {
  switch (typeof value) {
    case "number":
      return numberKey(value, style);
    case "undefined":
      return style === "exact" ? ["$atom", "undefined"] : "undefined";
    case "string":
    case "bigint":
    case "boolean":
      return value;
    default:
      return objectKey(value as object | null, style);
  }
}

function numberKey(value: number, style: KeyStyle): Key {
  if (Number.isNaN(value)) return termKey(value);
  if (Object.is(value, -0)) return style === "exact" ? ["$float", "-0"] : 0;
  return value;
}

function objectKey(value: object | null, style: KeyStyle): Key {
  if (value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return ["$list", ...value.map((element) => keyOf(element, style))];
  const [name, content] = specialOf(value) ?? [];
  if (name === "$atom" && isAtomName(content))
    return style === "exact" ? ["$atom", content] : content;
  if (name === "$float" && Number.isSafeInteger(content)) {
    if (Object.is(content, -0)) return numberKey(-0, style);
    return style === "exact" ? ["$float", content as number] : (content as number);
  }
  if (name === "$tuple" && Array.isArray(content))
    return tupleKey(content.map((element) => keyOf(element, style)));
  return termKey(value);
}

/** A tuple that would be read as something else says that it is one. */
function tupleKey(elements: readonly Key[]): Key {
  return taggedTerm(elements) === undefined ? elements : ["$tuple", ...elements];
}

/** What no key can be is its external term. */
function termKey(value: unknown): Key {
  return ["$term", new Uint8Array(encodeValue(value))];
}

/** The term, as a value, that a key is. */
export function termOfKey(key: Key): unknown {
  if (!Array.isArray(key)) return key;
  const tagged = taggedTerm(key);
  return tagged === undefined ? { $tuple: key.map(termOfKey) } : tagged[0];
}

/** The term of a tuple that says which one it is, and is what that term would be. */
function taggedTerm(key: readonly Key[]): readonly [term: unknown] | undefined {
  const term = candidateTerm(key);
  if (term === undefined) return undefined;
  // A list's own elements may be plain; all else has one way to be told.
  if (key[0] === "$list" || key[0] === "$tuple") return term;
  return compareKeys(keyOf(term[0], "exact"), key) === 0 ? term : undefined;
}

function candidateTerm(key: readonly Key[]): readonly [term: unknown] | undefined {
  const [tag, content] = key;
  switch (tag) {
    case "$list":
      return [key.slice(1).map(termOfKey)];
    case "$tuple":
      return taggedTerm(key.slice(1)) === undefined
        ? undefined
        : [{ $tuple: key.slice(1).map(termOfKey) }];
    case "$atom":
      if (content === "undefined") return [undefined];
      return isAtomName(content) ? [{ $atom: content }] : undefined;
    case "$float":
      if (content === "-0") return [-0];
      return typeof content === "number" ? [{ $float: content }] : undefined;
    case "$term":
      return content instanceof Uint8Array ? decoded(content) : undefined;
    default:
      return undefined;
  }
}

function decoded(bytes: Uint8Array): readonly [term: unknown] | undefined {
  try {
    return [decodeValue(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))];
  } catch (error) {
    if (error instanceof TermError) return undefined;
    throw error;
  }
}
