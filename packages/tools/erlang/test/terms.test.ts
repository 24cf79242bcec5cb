import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { decodeTerm, encodeTerm } from "../src/index.js";
import { atom, bytesOf, hasOtp, Otp, tuple } from "./support/otp.js";

const BATCH = 500;

describe.runIf(hasOtp)("terms and the real OTP", () => {
  let otp: Otp;
  beforeAll(() => {
    otp = new Otp();
  });
  afterAll(() => otp.close());

  test("a random term, decoded and encoded, is the same term for OTP, however it was written", async () => {
    const first = Math.floor(Math.random() * 1e6);
    for (let seed = first; seed < first + partOf(10, 400); seed++) {
      const written = (await otp.ask(tuple(atom("terms"), seed, BATCH))) as unknown[][];
      expect(written).toHaveLength(BATCH);
      const encoded = written.map(([plain, ...others]) => {
        const value = decodeTerm(bytesOf(plain));
        const bytes = encodeTerm(value);
        for (const other of others)
          expect(
            Buffer.from(encodeTerm(decodeTerm(bytesOf(other)))).equals(bytes),
            `seed ${seed}`,
          ).toBe(true);
        expect(decodeTerm(bytes)).toStrictEqual(value);
        return bytes;
      });
      expect(await otp.ask(tuple(atom("differing"), seed, encoded)), `seed ${seed}`).toEqual([]);
    }
  });
});
