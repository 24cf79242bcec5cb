import { termFailure } from "./source/failure.js";
import { decodeValue } from "./term/decode.js";
import { encodeValue } from "./term/encode.js";
import { TermError } from "./term/term-error.js";

/**
 * The value of an external term, as `term_to_binary` and `erlang:term_to_binary/2` write them. Each term is another value:
 * the README's table says which.
 *
 * @throws StoreError `STORE_CORRUPT` for what is no term, or is followed by something; `STORE_NOT_SUPPORTED` for one nested
 * deeper than 1,000
 */
export function decodeTerm(bytes: Uint8Array): unknown {
  return located("decodeTerm", () =>
    decodeValue(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
  );
}

/**
 * The external term of a value, which `binary_to_term` reads: of equal values the same bytes, whatever the order of their
 * properties. {@link decodeTerm} gives an equal value back.
 *
 * @throws StoreError `STORE_INVALID_RECORD` for what no table could hold
 */
export function encodeTerm(value: unknown): Uint8Array {
  return located("encodeTerm", () => new Uint8Array(encodeValue(value)));
}

function located<T>(call: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof TermError ? termFailure(call, error) : error;
  }
}
