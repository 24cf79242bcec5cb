import { _ } from "@store/core";
import { parseJson } from "./parse-json.js";
import { revive } from "./revive.js";
import { TextWriter } from "./text-writer.js";

/** A text that is no value. */
export class TextFormError extends SyntaxError {
  override readonly name = "TextFormError";
}

/**
 * The text form of a value that a record may hold, or of a key: JSON, with objects such as `{"$bigint":"12"}` for what JSON
 * lacks. Exact: {@link decodeText} returns an equal value. Throws a `TypeError` for what no record may hold.
 */
export function encodeText(value: unknown): string {
  const writer = new TextWriter();
  writer.value(value);
  return writer.buffer.toString("utf8", 0, writer.length);
}

/**
 * The value that a text stands for. What would be lost, such as digits of an integer that no number holds, or a key that is
 * there twice, is refused with a {@link TextFormError}, and so is what isn't the text form.
 */
export function decodeText(text: string): unknown {
  return reading(text, () => revive(parseJson(text)));
}

/** {@link decodeText} of a pattern, in which `_` stands for anything. */
export function decodePattern(text: string): unknown {
  return reading(text, () => revive(parseJson(text, _)));
}

/** An integer of so many digits may be one that no number holds; text in strings may look like one. */
const LONG_NUMBER = /(?<![\w."])-?\d{16}|\d[eE]\+?\d{3}/;

/** {@link decodeText} of what a program has written: faster, and of a key that is there twice the last counts. */
export function decodeLine(text: string): unknown {
  return reading(text, () =>
    revive(LONG_NUMBER.test(text) ? parseJson(text) : (JSON.parse(text) as unknown)),
  );
}

function reading<T>(text: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    throw new TextFormError(`${shown}: ${(error as Error).message}`, { cause: error });
  }
}
