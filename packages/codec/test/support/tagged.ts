import { TYPED_ARRAYS } from "./typed-arrays.js";

/**
 * A value from its form in docs/codec-vectors.json: JSON stands for itself, and an object of one member for what JSON
 * doesn't have. docs/codec.md lists them.
 */
export function untagged(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(untagged);
  if (typeof json !== "object" || json === null) return json;
  const [[name, content]] = Object.entries(json) as [[string, unknown]];
  switch (name) {
    case "undefined":
      return undefined;
    case "number":
      return Number(content);
    case "bigint":
      return BigInt(content as string);
    case "bytes":
      return new Uint8Array(Buffer.from(content as string, "hex"));
    case "ArrayBuffer":
      return new Uint8Array(Buffer.from(content as string, "hex")).buffer;
    case "date":
      return new Date(content === null ? Number.NaN : (content as number));
    case "map":
      return new Map(untagged(content) as [unknown, unknown][]);
    case "set":
      return new Set(untagged(content) as unknown[]);
    case "object":
      return Object.fromEntries(untagged(content) as [string, unknown][]);
    case "bareObject":
      return Object.setPrototypeOf(
        Object.fromEntries(untagged(content) as [string, unknown][]),
        null,
      );
    case "repeat": {
      const [text, count] = content as [string, number];
      return text.repeat(count);
    }
  }
  const make = TYPED_ARRAYS.find((type) => type.name === name);
  if (make === undefined) throw new Error(`this runtime has no ${name}`);
  return new make(new Uint8Array(Buffer.from(content as string, "hex")).buffer);
}
