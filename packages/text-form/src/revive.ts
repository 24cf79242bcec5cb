import { arrayBufferOf, arrayNameOf, typedArrayOf } from "./binary-tags.js";
import { ESCAPE, isTag } from "./tags.js";

/** The value that parsed JSON stands for. Changes what it is handed. Throws a `TypeError` for an extension that is none. */
export function revive(json: unknown): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) {
    for (let index = 0; index < json.length; index++) json[index] = revive(json[index]);
    return json;
  }
  const object = json as Record<string, unknown>;
  const keys = Object.keys(object);
  const [first] = keys;
  if (keys.length === 1 && isTag(first as string)) return untagged(first as string, object);
  for (const key of keys) {
    const member = object[key];
    if (typeof member === "object") object[key] = revive(member);
  }
  return object;
}

function untagged(tag: string, object: Record<string, unknown>): unknown {
  const content = object[tag];
  if (tag.startsWith(ESCAPE + ESCAPE)) return { [tag.slice(1)]: revive(content) };
  const arrayName = arrayNameOf(tag);
  if (arrayName !== undefined) return typedArrayOf(arrayName, bytesOf(tag, content));
  const read = Object.hasOwn(READERS, tag) ? READERS[tag] : undefined;
  if (read === undefined) {
    const escaped = JSON.stringify(ESCAPE + tag);
    throw new TypeError(
      `there is no extension ${JSON.stringify(tag)}; an object with that key alone is written with ${escaped}`,
    );
  }
  return read(content, tag);
}

type Reader = (content: unknown, tag: string) => unknown;

const NUMBERS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  "-0": -0,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

const READERS: Readonly<Record<string, Reader>> = {
  $bigint: (content, tag) => {
    const isInteger = typeof content === "string" && /^(0|-?[1-9]\d*)$/.test(content);
    return isInteger ? BigInt(content) : refuse(tag, 'an integer in quotes, such as "12"', content);
  },
  $number: (content, tag) =>
    typeof content === "string" && Object.hasOwn(NUMBERS, content)
      ? NUMBERS[content]
      : refuse(tag, '"NaN", "-0", "Infinity" or "-Infinity"', content),
  $undefined: (content, tag) => (content === true ? undefined : refuse(tag, "true", content)),
  $arraybuffer: (content, tag) => arrayBufferOf(bytesOf(tag, content)),
  $date: dateOf,
  $map: (content, tag) => {
    const isMap =
      Array.isArray(content) &&
      content.every((entry) => Array.isArray(entry) && entry.length === 2);
    if (!isMap) refuse(tag, "a list of pairs", content);
    return new Map(revive(content) as [unknown, unknown][]);
  },
  $set: (content, tag) =>
    Array.isArray(content) ? new Set(revive(content) as unknown[]) : refuse(tag, "a list", content),
};

function dateOf(content: unknown, tag: string): Date {
  if (content === null) return new Date(Number.NaN);
  const isMoment =
    typeof content === "string" && /^([+-]\d{6}|\d{4})-\d\d-\d\d(T[\d:.]+Z)?$/.test(content);
  const date = new Date(isMoment ? content : Number.NaN);
  if (Number.isNaN(date.getTime())) {
    refuse(tag, 'null, or a moment such as "2026-01-31T12:00:00.000Z"', content);
  }
  return date;
}

function bytesOf(tag: string, content: unknown): Buffer {
  const bytes = Buffer.from(String(content), "base64");
  const isExact = typeof content === "string" && bytes.toString("base64") === content;
  return isExact ? bytes : refuse(tag, "base64, padded", content);
}

function refuse(tag: string, expected: string, content: unknown): never {
  throw new TypeError(`${tag} takes ${expected}; got ${JSON.stringify(content)}`);
}
