import { atomText } from "../term/atom.js";
import { specialOf } from "../term/special.js";

const LONGEST = 80;

/** A term as Erlang shows it, shortened: for messages that have to tell two terms apart. */
export function termText(value: unknown): string {
  const text = show(value, 0);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}

function show(value: unknown, depth: number): string {
  if (depth > 8) return "...";
  const atom = atomText(value);
  if (atom !== undefined) return /^[a-z][A-Za-z0-9_@]*$/.test(atom) ? atom : `'${atom}'`;
  switch (typeof value) {
    case "number":
      return Object.is(value, -0)
        ? "-0.0"
        : Number.isInteger(value) && !Number.isSafeInteger(value)
          ? `${value}.0`
          : `${value}`;
    case "string":
      return `<<${JSON.stringify(value)}/utf8>>`;
    case "bigint":
      return String(value);
    default:
      return showObject(value as object, depth);
  }
}

function showObject(value: object, depth: number): string {
  if (Array.isArray(value)) return `[${showAll(value, depth)}]`;
  if (value instanceof Uint8Array) return `<<${value.subarray(0, LONGEST).join(",")}>>`;
  const [name, content] = specialOf(value) ?? [];
  if (name === "$tuple") return `{${showAll(content as unknown[], depth)}}`;
  if (name === "$float") return Object.is(content, -0) ? "-0.0" : `${String(content)}.0`;
  return name === undefined ? "#{...}" : `${name}(...)`;
}

function showAll(values: readonly unknown[], depth: number): string {
  return values
    .slice(0, LONGEST)
    .map((value) => show(value, depth + 1))
    .join(",");
}
