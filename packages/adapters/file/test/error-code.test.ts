import { expect, test } from "vitest";
import { errorCode } from "../src/platform/error-code.js";
import { errorMessage } from "../src/platform/error-message.js";
import { SystemError } from "./support/system-error.js";

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
