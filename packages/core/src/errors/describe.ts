const LONGEST = 60;

/** Arrays of more elements than this are only counted. */
const FEW_ELEMENTS = 4;

/** A short, safe text for an error message: what was received, never running the value's own code (a Proxy's apart). */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value.length > LONGEST
        ? `a string of ${value.length} characters, ${JSON.stringify(value.slice(0, LONGEST))}…`
        : JSON.stringify(value);
    case "bigint":
      return shorten(`${value}n`);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "boolean":
    case "undefined":
      return String(value);
    case "symbol":
      return "a symbol";
    case "function":
      return "a function";
    default:
      return describeObject(value as object | null);
  }
}

/** What a thrown thing says, whatever it is and whichever realm made it: always a string, and never a throw. */
export function messageOf(error: unknown): string {
  try {
    const message: unknown = Object(error).message;
    return typeof message === "string" ? message : String(error);
  } catch {
    // A Proxy, a getter, a message that is a symbol: what it is must do.
    return describe(error);
  }
}

/** Control characters, and those that turn the direction of text or break lines: a terminal would obey them. */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: to find them is what this is for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * A message with its unprintable characters escaped. It may quote what came from outside, a file or a server say, and
 * end in a terminal or a log, where it is one line.
 */
export function printable(message: string): string {
  return message.replace(
    UNPRINTABLE,
    (character) =>
      SHORT_ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function describeObject(value: object | null): string {
  if (value === null) return "null";
  try {
    const name = makerOf(value);
    if (Array.isArray(value)) {
      if (name !== "" && name !== "Array") return `an instance of ${name}`;
      return describeArray(value);
    }
    return name === "" || name === "Object" ? "an object" : `an instance of ${name}`;
  } catch {
    return "an object that throws when looked at";
  }
}

/** The name of the class that an object is an instance of, as far as its prototype tells; else the empty string. */
export function makerOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null) return "";
  const maker: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  if (typeof maker !== "function") return "";
  const name: unknown = Object.getOwnPropertyDescriptor(maker, "name")?.value;
  return typeof name === "string" ? shorten(name) : "";
}

function describeArray(array: readonly unknown[]): string {
  const { length } = array;
  if (length > FEW_ELEMENTS) return `an array of ${length} elements`;
  const texts: string[] = [];
  for (let index = 0; index < length; index++) {
    const element: unknown = Object.getOwnPropertyDescriptor(array, index)?.value;
    if (Object(element) === element) return `an array of ${length} elements`;
    texts.push(describe(element));
  }
  return shorten(`[${texts.join(", ")}]`);
}

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
