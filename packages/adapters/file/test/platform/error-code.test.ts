import { expect, test } from "vitest";
import { SystemError } from "../../simulation/system-error.js";
import { errorCode, isDiskFull } from "../../src/platform/error-code.js";
import { errorMessage } from "../../src/platform/error-message.js";

test("errorCode is the code of a system call that failed, and of nothing else", () => {
  expect(errorCode(new SystemError("EIO", "read", ""))).toBe("EIO");
  // Of a DOMException, say.
  expect(errorCode({ code: 20 })).toBeUndefined();
  for (const error of [new Error("EIO"), "EIO", null, undefined]) {
    expect(errorCode(error)).toBeUndefined();
  }
});

test("errorMessage is the message of an error, and the text of anything else", () => {
  expect(errorMessage(new TypeError("no such thing"))).toBe("no such thing");
  expect(errorMessage("no such thing")).toBe("no such thing");
  expect(errorMessage(undefined)).toBe("undefined");
});

test("isDiskFull: a failure says that the disk, or a quota, is full, or is due to one that does", () => {
  for (const code of ["ENOSPC", "EDQUOT"]) {
    const failure = new SystemError(code, "write", "");
    expect(isDiskFull(failure)).toBe(true);
    expect(isDiskFull(new Error("writing failed", { cause: failure }))).toBe(true);
  }
  const other = new SystemError("EIO", "write", "");
  for (const error of [other, new Error("failed", { cause: other }), "ENOSPC", undefined]) {
    expect(isDiskFull(error)).toBe(false);
  }
});
