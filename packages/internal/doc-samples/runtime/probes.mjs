// @ts-check
/**
 * What a sample is run with: see src/instrument.ts. A probe that fails says so and lets the sample go on, so that one run
 * finds all that is wrong.
 */
import { inspect, isDeepStrictEqual } from "node:util";

/** @param {string} place @param {() => unknown} code @param {unknown} expected */
export function gives(place, code, expected) {
  compare(place, code(), expected);
}

/** @param {string} place @param {() => Promise<unknown>} code @param {unknown} expected */
export async function givesAsync(place, code, expected) {
  compare(place, await code(), expected);
}

/** @param {string} place @param {() => unknown} code @param {[code: string, message: string]} expected */
export function throws(place, code, expected) {
  let value;
  try {
    value = code();
  } catch (error) {
    compareError(place, error, expected);
    return;
  }
  fail(place, `gives ${show(value)}, and should throw ${expected[0]}`);
}

/** @param {string} place @param {() => Promise<unknown>} code @param {[code: string, message: string]} expected */
export async function throwsAsync(place, code, expected) {
  let value;
  try {
    value = await code();
  } catch (error) {
    compareError(place, error, expected);
    return;
  }
  fail(place, `gives ${show(value)}, and should reject with ${expected[0]}`);
}

/** @param {string} place @param {unknown} value @param {unknown} expected */
function compare(place, value, expected) {
  if (isDeepStrictEqual(value, expected)) return;
  fail(place, `gives ${show(value)}, and the document says ${show(expected)}`);
}

/** @param {string} place @param {unknown} error @param {[code: string, message: string]} expected */
function compareError(place, error, [code, message]) {
  const { name, code: thrown, message: text = "" } = Object(error);
  if (name !== "StoreError" || thrown !== code) {
    fail(place, `throws ${thrown ?? show(error)}, and the document says ${code}`);
  } else if (!text.includes(message)) {
    fail(place, `throws ${code} with the message ${show(text)}, without ${show(message)}`);
  }
}

/** @param {string} place @param {string} problem */
function fail(place, problem) {
  process.exitCode = 1;
  process.stderr.write(`${place}: ${problem}\n`);
}

/** @param {unknown} value */
function show(value) {
  return inspect(value, { depth: null, breakLength: Number.POSITIVE_INFINITY });
}
