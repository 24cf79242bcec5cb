import { createHash } from "node:crypto";

/** Bytes. The file systems of today take 255. */
const LONGEST_NAME = 200;
/** Bytes of a name that is too long which stay readable. */
const LONGEST_START = 100;

/** UTF-16 code units, so that halves of surrogate pairs are taken like any other. */
const UNSAFE = /^\.|\.$|[^a-z0-9._-]/g;
/** Names that Windows keeps for devices, whatever comes after a dot. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/;
const ESCAPE = /%(?:u[0-9a-f]{4}|[0-9a-f]{2})/g;

/**
 * The name of the directory of a table whose name is not empty. Part of the format on disk: it never changes.
 *
 * Lower case letters, digits, `_`, `-` and `.` stand for themselves. Every other UTF-16 code unit is `%` and two
 * hexadecimal digits, or `%u` and four; so are a dot at either end, and the first letter of what is reserved on Windows.
 * A result of more than 200 bytes is cut to 100, and `=` and the SHA-256 of the name (in UTF-16LE) appended.
 *
 * So it is ASCII without upper case, which no file system folds, normalizes or refuses; different for each table; and
 * without `~`, never the short name that Windows gives another directory.
 */
export function directoryName(table: string): string {
  const name = table.replace(UNSAFE, escapeUnit).replace(RESERVED, escapeFirst);
  if (name.length <= LONGEST_NAME) return name;
  const hash = createHash("sha256").update(table, "utf16le").digest("hex");
  return `${name.slice(0, LONGEST_START)}=${hash}`;
}

/** The table of a directory; undefined for one that got a hash, and for what {@link directoryName} never returns. */
export function tableName(directory: string): string | undefined {
  const table = directory.replace(ESCAPE, (code) =>
    String.fromCharCode(Number.parseInt(code.replace(/%u?/, ""), 16)),
  );
  return table !== "" && directoryName(table) === directory ? table : undefined;
}

function escapeUnit(unit: string): string {
  const code = unit.charCodeAt(0);
  return code < 0x100
    ? `%${code.toString(16).padStart(2, "0")}`
    : `%u${code.toString(16).padStart(4, "0")}`;
}

function escapeFirst(name: string): string {
  return escapeUnit(name) + name.slice(1);
}
