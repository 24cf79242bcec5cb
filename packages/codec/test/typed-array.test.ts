import { expect, test } from "vitest";
import { toLittleEndian } from "../src/values/typed-array.js";

test("toLittleEndian turns the bytes of each element round where the machine has the high one first", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  toLittleEndian(bytes, 4, true);
  expect(bytes).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  toLittleEndian(bytes, 4, false);
  expect(bytes).toEqual(Uint8Array.of(4, 3, 2, 1, 8, 7, 6, 5));
});
