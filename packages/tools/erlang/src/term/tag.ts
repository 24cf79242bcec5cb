/** The first byte of every external term: the version of the format. */
export const VERSION = 131;

/** Tags of the external term format. Each says how the bytes behind it are to be read. */
export const Tag = {
  newFloat: 70,
  bitBinary: 77,
  compressed: 80,
  newPid: 88,
  newPort: 89,
  newerReference: 90,
  smallInteger: 97,
  integer: 98,
  float: 99,
  atom: 100,
  reference: 101,
  port: 102,
  pid: 103,
  smallTuple: 104,
  largeTuple: 105,
  nil: 106,
  string: 107,
  list: 108,
  binary: 109,
  smallBig: 110,
  largeBig: 111,
  newFun: 112,
  export: 113,
  newReference: 114,
  smallAtom: 115,
  map: 116,
  atomUtf8: 118,
  smallAtomUtf8: 119,
  v4Port: 120,
} as const;

/** How deep terms may nest, as keys and values of a store may. Deeper ones are refused before they exhaust the stack. */
export const MAX_DEPTH = 1_000;

/** An atom has at most this many code points. */
export const MAX_ATOM_LENGTH = 255;
