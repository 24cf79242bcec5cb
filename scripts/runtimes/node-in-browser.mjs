// @ts-check
/**
 * What the kit asks of Node, for a browser: the little that its tests need there. It starts no processes for an adapter
 * in memory. A name that the kit begins to import, and that is missing here, fails the bundling.
 */
export class AssertionError extends Error {
  /** @override */
  name = "AssertionError";

  /** @param {{ message: string }} options */
  constructor({ message }) {
    super(message);
  }
}

/** @param {Function} type */
const is = (type) => (/** @type {unknown} */ value) => value instanceof type;

export const types = {
  isAnyArrayBuffer: is(ArrayBuffer),
  isArrayBuffer: is(ArrayBuffer),
  isDate: is(Date),
  isMap: is(Map),
  isNativeError: is(Error),
  isPromise: is(Promise),
  isSet: is(Set),
  // A page has none unless it is isolated.
  isSharedArrayBuffer: is(globalThis.SharedArrayBuffer ?? class {}),
  isTypedArray: is(Object.getPrototypeOf(Uint8Array)),
  isUint8Array: is(Uint8Array),
};

export const setTimeout = (/** @type {number} */ ms, /** @type {unknown} */ value) =>
  new Promise((resolve) => globalThis.setTimeout(() => resolve(value), ms));
export const setImmediate = (/** @type {unknown} */ value) => setTimeout(0, value);

export const fork = missing("fork");
// The kit asks where its program for processes is when it is loaded, and there is none.
export const existsSync = () => false;
export const dirname = String;
export const join = String;
export const resolve = String;
export const fileURLToPath = String;
export const pathToFileURL = missing("pathToFileURL");

/** @param {string} name @returns {() => never} */
function missing(name) {
  return () => {
    throw new Error(`a browser has no ${name}`);
  };
}

class Buffer extends Uint8Array {
  /** @param {unknown} value */
  static isBuffer(value) {
    return value instanceof Buffer;
  }
}

Object.assign(globalThis, {
  Buffer,
  setImmediate: (/** @type {() => void} */ run) => setTimeout(0, undefined).then(run),
});
