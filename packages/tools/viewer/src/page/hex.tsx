import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { count } from "./format.js";

/** Lines are so long where there is room for them. */
const WIDE = 16;
const NARROW = 8;
const WIDE_PIXELS = 590;

/** Bytes, as `hexdump -C` shows them. */
export function HexDump({
  bytes,
  from,
  size,
  onMore,
}: {
  bytes: Uint8Array;
  /** The place of the first one in the whole. */
  from: number;
  size: number;
  onMore: () => void;
}) {
  const [perLine, setPerLine] = useState(NARROW);
  const frame = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    setPerLine((frame.current?.clientWidth ?? 0) < WIDE_PIXELS ? NARROW : WIDE);
  }, []);
  const left = size - from - bytes.length;
  return (
    <div class="hex" ref={frame}>
      {/* biome-ignore-start lint/a11y: what scrolls is reached by keyboard, and so has a name; no element of HTML is that */}
      <pre tabIndex={0} role="group" aria-label={`${count(size)} bytes, hexadecimal and ASCII`}>
        {linesOf(bytes, from, perLine, size).join("\n")}
      </pre>
      {/* biome-ignore-end lint/a11y: up to here */}
      {left > 0 && (
        <button type="button" class="more" onClick={onMore}>
          {`${count(left)} bytes more`}
        </button>
      )}
    </div>
  );
}

function linesOf(bytes: Uint8Array, from: number, perLine: number, size: number): string[] {
  const digits = size <= 2 ** 16 ? 4 : 8;
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += perLine) {
    const part = bytes.subarray(at, at + perLine);
    const hex = [...part].map((byte) => byte.toString(16).padStart(2, "0"));
    const columns: string[] = [];
    for (let column = 0; column < perLine; column += 8) {
      columns.push(
        hex
          .slice(column, column + 8)
          .join(" ")
          .padEnd(23),
      );
    }
    const ascii = [...part].map((byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".",
    );
    const offset = (from + at).toString(16).padStart(digits, "0");
    lines.push(`${offset}  ${columns.join("  ")}  |${ascii.join("")}|`);
  }
  return lines;
}

export function bytesFrom(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0));
}

const ARRAYS = {
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const;

/** The elements of a typed array of which there are these bytes; undefined for what has none. */
export function elementsOf(
  type: string | undefined,
  bytes: Uint8Array<ArrayBuffer>,
): readonly (number | bigint)[] | undefined {
  if (type === undefined || !Object.hasOwn(ARRAYS, type)) return undefined;
  const ArrayType = ARRAYS[type as keyof typeof ARRAYS];
  const whole = bytes.length - (bytes.length % ArrayType.BYTES_PER_ELEMENT);
  return [...new ArrayType(bytes.slice(0, whole).buffer)];
}
