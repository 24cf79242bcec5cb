import { UsageError } from "../output/failure.js";

/** A table, as it is known. */
export interface TableName {
  readonly domain: string;
  readonly name: string;
}

/** What a name may not hold where it is written: the slash, the percent sign, and what a terminal doesn't show as it is. */
const HIDDEN = /[%\p{Cc}\p{Cs}\p{Zs}\p{Zl}\p{Zp}\ufeff]/gu;

/** `domain/table`, as it is written on the command line, and printed. */
export function formatTable({ domain, name }: TableName): string {
  return `${formatDomain(domain)}/${escaped(name)}`;
}

export function formatDomain(domain: string): string {
  return escaped(domain).replaceAll("/", "%2F");
}

/** Reads `domain/table`; further slashes belong to the table. */
export function parseTable(text: string): TableName {
  const { domain, name } = parseTables(text);
  if (name === undefined) {
    throw new UsageError(`a table is named domain/table; got ${JSON.stringify(text)}`);
  }
  return { domain, name };
}

/** Reads `domain/table`, or `domain` for all of its tables. */
export function parseTables(text: string): { domain: string; name: string | undefined } {
  const slash = text.indexOf("/");
  const domain = unescaped(slash < 0 ? text : text.slice(0, slash));
  const name = slash < 0 ? undefined : unescaped(text.slice(slash + 1));
  if (domain === "" || name === "") {
    throw new UsageError(
      `neither a domain nor a table has an empty name; got ${JSON.stringify(text)}`,
    );
  }
  return { domain, name };
}

/** One of UTF-8 as bytes, one of half a surrogate pair as its code unit. */
function escaped(text: string): string {
  return text.replace(HIDDEN, (unit) =>
    /[\ud800-\udfff]/.test(unit)
      ? `%u${unit.charCodeAt(0).toString(16).toUpperCase()}`
      : [...Buffer.from(unit)].map((byte) => `%${hex(byte)}`).join(""),
  );
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}

function unescaped(text: string): string {
  try {
    return text.replace(/%u([0-9A-Fa-f]{4})|(?:%(?!u).{0,2})+/gs, (part, unit?: string) =>
      unit === undefined
        ? decodeURIComponent(part)
        : String.fromCharCode(Number.parseInt(unit, 16)),
    );
  } catch {
    throw new UsageError(`"%" in a name begins %25, %2F and such, in ${JSON.stringify(text)}`);
  }
}
