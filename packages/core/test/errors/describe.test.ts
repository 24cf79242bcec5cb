import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { describe as described, messageOf, printable } from "../../src/errors/describe.js";
import { locate, reworded, StoreError } from "../../src/errors/errors.js";
import { userFailure } from "../../src/table/call.js";

function trap(): never {
  throw new Error("trap");
}

const throwing = new Proxy({}, { getPrototypeOf: trap, get: trap, has: trap, ownKeys: trap });
const symbolic = Object.assign(new Error(), { message: Symbol("s") });

describe("describe", () => {
  class List extends Array {}
  class Nameless {}
  Object.defineProperty(Nameless, "name", { get: trap });

  test.each<[string, unknown, string]>([
    ["a short array", [1, "a", null], '[1, "a", null]'],
    ["an instance of a subclass of Array", List.of(1), "an instance of List"],
    ["an array of another realm", runInNewContext("[1]"), "[1]"],
    ["an array with methods of its own", Object.assign([1], { every: trap, map: trap }), "[1]"],
    ["an array with a getter", Object.defineProperty([1], 0, { get: trap }), "[undefined]"],
    ["a class with a getter for a name", new Nameless(), "an object"],
    ["a Proxy that throws", throwing, "an object that throws when looked at"],
    ["another typed array", new Float32Array(2), "an instance of Float32Array"],
  ])("of %s says what it is, and runs no code of it", (_what, value, text) => {
    expect(described(value)).toBe(text);
  });
});

describe("messageOf", () => {
  test.each<[string, unknown, string]>([
    ["an error", new TypeError("no"), "no"],
    ["an error of another realm", runInNewContext("new TypeError('no')"), "no"],
    ["an object with a message", { message: "no" }, "no"],
    ["a string", "no", "no"],
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["nothing", undefined, "undefined"],
    ["an error whose message is a symbol", symbolic, "an instance of Error"],
    ["a Proxy that throws", throwing, "an object that throws when looked at"],
    ["an object without a prototype", Object.create(null), "an object"],
  ])("of %s is a text", (_what, error, text) => {
    expect(messageOf(error)).toBe(text);
  });
});

describe("what was thrown by a user's code", () => {
  test.each<[string, unknown]>([
    ["an error whose message is a symbol", symbolic],
    ["a Proxy that throws", throwing],
    ["nothing", undefined],
  ])("when it is %s is STORE_INVALID_OPERATION, with it as the cause", (_what, thrown) => {
    const error = locate("foldl", userFailure("fn", thrown));
    expect(error.code).toBe("STORE_INVALID_OPERATION");
    expect(error.message).toMatch(/^foldl: fn threw: /);
    expect(error.cause).toBe(thrown);
  });
});

describe("locate", () => {
  test.each([
    ["a Proxy that throws", throwing],
    ["an error whose message is a symbol", symbolic],
  ])("of %s is the adapter's failure", (_what, thrown) => {
    const error = locate("lookup", thrown);
    expect(error.code).toBe("STORE_IO");
    expect(error.cause).toBe(thrown);
    expect(reworded(thrown, (words) => `it says: ${words}`).message).toMatch(/^it says: an /);
  });

  test("of the end of the stack is STORE_INVALID_OPERATION: the call is at fault", () => {
    const recurse = (): unknown => [recurse()];
    let thrown: unknown;
    try {
      recurse();
    } catch (error) {
      thrown = error;
    }
    const error = locate("lookup", thrown);
    expect(error.code).toBe("STORE_INVALID_OPERATION");
    expect(error.message).toContain("call stack");
    expect(error.cause).toBe(thrown);
  });
});

describe("a message", () => {
  test("has no character that a terminal would obey, whatever it quotes", () => {
    const hostile = "\u001b[31mred\u001b[0m\u0007\b\r\n\t\0\u007f\u009b2J\u202egnp.exe\u2028\u2066";
    const { message } = new StoreError("STORE_LOCKED", `owned by ${hostile}`);
    expect(message).toBe(
      "owned by \\u001b[31mred\\u001b[0m\\u0007\\u0008\\r\\n\\t\\u0000\\u007f\\u009b2J\\u202egnp.exe\\u2028\\u2066",
    );
    expect(locate("insert", new Error(hostile)).message).not.toMatch(/[\p{Cc}\u202e\u2028]/u);
  });

  test("keeps all other characters as they are", () => {
    const text = "é \u{1f600} 漢字 \\n 'x' \"y\" שלום \ud800";
    expect(printable(text)).toBe(text);
  });
});
