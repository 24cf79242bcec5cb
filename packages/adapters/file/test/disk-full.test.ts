import { expect, test } from "vitest";
import { isDiskFull } from "../src/platform/disk-full.js";

const failure = (code: string) => Object.assign(new Error(code), { code });

test("a failure says that the disk, or a quota, is full, or is due to one that does", () => {
  expect(isDiskFull(failure("ENOSPC"))).toBe(true);
  expect(isDiskFull(failure("EDQUOT"))).toBe(true);
  expect(isDiskFull(new Error("writing failed", { cause: failure("ENOSPC") }))).toBe(true);
});

test("any other doesn't", () => {
  expect(isDiskFull(failure("EIO"))).toBe(false);
  expect(isDiskFull(new Error("writing failed", { cause: failure("EIO") }))).toBe(false);
  expect(isDiskFull("ENOSPC")).toBe(false);
  expect(isDiskFull(undefined)).toBe(false);
});
