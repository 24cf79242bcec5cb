const LONGEST = 60;

/** A short, safe text for an error message: what was received, never running the value's own code. */
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

/** What a thrown thing says, whatever it is. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return describe(error);
  }
}

function describeObject(value: object | null): string {
  if (value === null) return "null";
  try {
    if (Array.isArray(value)) {
      return value.length <= 4 && value.every((element) => Object(element) !== element)
        ? shorten(`[${value.map(describe).join(", ")}]`)
        : `an array of ${value.length} elements`;
    }
    const maker = Object.getPrototypeOf(value)?.constructor;
    const name = typeof maker === "function" ? maker.name : "";
    return name === "" || name === "Object" ? "an object" : `an instance of ${name}`;
  } catch {
    return "an object that throws when looked at";
  }
}

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
