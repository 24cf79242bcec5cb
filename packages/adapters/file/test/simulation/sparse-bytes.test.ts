import { expect, test } from "vitest";
import { SparseBytes } from "../../simulation/sparse-bytes.js";

function textOf(bytes: SparseBytes): string {
  const buffer = Buffer.alloc(bytes.size);
  bytes.read(buffer, 0, buffer.length, 0);
  return buffer.toString();
}

test("bytes that are shared: what is written to one isn't seen in the other, whichever it is", () => {
  const one = new SparseBytes();
  one.write(Buffer.from("shared"), 0, 6, 0);
  const other = one.share();
  one.write(Buffer.from("A"), 0, 1, 0);
  other.write(Buffer.from("longer"), 0, 6, 6);
  const third = other.share();
  third.write(Buffer.from("3"), 0, 1, 0);
  expect([one, other, third].map(textOf)).toEqual(["Ahared", "sharedlonger", "3haredlonger"]);
});

test("sharing copies nothing until it is written", () => {
  const one = new SparseBytes();
  one.write(Buffer.alloc(2 ** 20), 0, 2 ** 20, 0);
  const before = process.memoryUsage().arrayBuffers;
  const others = Array.from({ length: 100 }, () => one.share());
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  expect(others.map(({ size }) => size)).toEqual(others.map(() => 2 ** 20));
});
