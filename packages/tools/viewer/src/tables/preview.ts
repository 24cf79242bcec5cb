import type { Kind, Span } from "../protocol.js";
import { kindOf, typeOf } from "./kind.js";

/** So many bytes of a value are shown in a preview. */
const BYTES = 12;

/**
 * A value in one line, as short as asked for: as what it is, and not in the text form. Of a long value only what is shown is
 * looked at.
 *
 * @param isOpen without the brackets around it, where it is an array
 */
export function previewOf(value: unknown, characters: number, isOpen = false): Span[] {
  const preview = new Preview(characters);
  if (isOpen && Array.isArray(value)) preview.list(value.values());
  else preview.value(value);
  return preview.spans;
}

class Preview {
  readonly spans: Span[] = [];
  #left: number;

  constructor(characters: number) {
    this.#left = characters;
  }

  value(value: unknown): void {
    const kind = kindOf(value);
    switch (kind) {
      case "string":
        this.#string(value as string);
        break;
      case "bigint":
        this.#add(kind, `${bigintText(value as bigint, this.#left)}n`);
        break;
      case "number":
        this.#add(kind, Object.is(value, -0) ? "-0" : String(value));
        break;
      case "date":
        this.#add(kind, dateText(value as Date));
        break;
      case "bytes":
      case "typedarray":
      case "arraybuffer":
        this.#binary(kind, value as ArrayBuffer | Uint8Array);
        break;
      case "map":
        this.#around(kind, `Map(${(value as Map<unknown, unknown>).size}) {`, "}", () =>
          this.entries((value as Map<unknown, unknown>).entries(), " → "),
        );
        break;
      case "set":
        this.#around(kind, `Set(${(value as Set<unknown>).size}) {`, "}", () =>
          this.list((value as Set<unknown>).values()),
        );
        break;
      case "array":
        this.#around(kind, "[", "]", () => this.list((value as unknown[]).values()));
        break;
      case "object":
        this.#around(kind, "{", "}", () => this.#members(value as Record<string, unknown>));
        break;
      default:
        this.#add(kind, String(value));
    }
  }

  list(values: Iterable<unknown>): void {
    let isFirst = true;
    for (const value of values) {
      if (!isFirst) this.#add("mark", ", ");
      if (this.#isFull()) return;
      isFirst = false;
      this.value(value);
    }
  }

  entries(entries: Iterable<[unknown, unknown]>, between: string): void {
    let isFirst = true;
    for (const [key, value] of entries) {
      if (!isFirst) this.#add("mark", ", ");
      if (this.#isFull()) return;
      isFirst = false;
      this.value(key);
      this.#add("mark", between);
      this.value(value);
    }
  }

  #members(object: Record<string, unknown>): void {
    let isFirst = true;
    for (const name of Object.keys(object)) {
      if (!isFirst) this.#add("mark", ", ");
      if (this.#isFull()) return;
      isFirst = false;
      this.#add("mark", `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name, this.#left)}: `);
      this.value(object[name]);
    }
  }

  #around(kind: Kind, open: string, close: string, inside: () => void): void {
    this.#add(kind === "array" || kind === "object" ? "mark" : kind, open);
    inside();
    this.#add("mark", close);
  }

  #string(text: string): void {
    this.#add("string", quoted(text, this.#left));
  }

  #binary(kind: Kind, value: ArrayBuffer | Uint8Array): void {
    const bytes =
      value instanceof ArrayBuffer
        ? new Uint8Array(value)
        : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    const shown = Buffer.from(bytes.subarray(0, BYTES))
      .toString("hex")
      .replace(/(..)(?=.)/g, "$1 ");
    const more = bytes.length > BYTES ? " …" : "";
    const size = (value as { length?: number }).length ?? bytes.length;
    this.#add(kind, `${typeOf(value)}(${size})${shown && ` ${shown}`}${more}`);
  }

  #isFull(): boolean {
    if (this.#left > 0) return false;
    if (this.spans.at(-1)?.[1] !== "…") this.spans.push(["mark", "…"]);
    return true;
  }

  #add(kind: Kind | "mark", text: string): void {
    if (this.#isFull()) return;
    const last = this.spans.at(-1);
    if (last?.[0] === kind && kind === "mark") {
      this.spans[this.spans.length - 1] = [kind, last[1] + text];
    } else {
      this.spans.push([kind, text]);
    }
    this.#left -= text.length;
  }
}

/** In quotes, with escapes for what isn't seen, and cut. */
export function quoted(text: string, characters: number): string {
  const isCut = text.length > characters;
  const quotes = JSON.stringify(isCut ? text.slice(0, Math.max(1, characters)) : text);
  const shown = quotes.replace(
    /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return isCut ? `${shown.slice(0, -1)}…"` : shown;
}

export function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? "Invalid Date" : date.toISOString();
}

/** All digits take time that grows with the square of their number. */
function bigintText(value: bigint, left: number): string {
  const characters = Math.max(1, left);
  const bits = characters * 4 + 64;
  const isHuge = value !== BigInt.asIntN(bits, value);
  if (isHuge) return `${value < 0n ? "-" : ""}…${BigInt.asUintN(64, value < 0n ? -value : value)}`;
  const text = String(value);
  return text.length > characters ? `${text.slice(0, characters)}…` : text;
}
