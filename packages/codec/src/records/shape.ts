import { Output } from "../bytes/output.js";
import { SHAPE } from "./record-tags.js";
import { writeString } from "./string-writer.js";

/**
 * The names of an object's properties, in their order. Objects of few shapes make up most of what is stored: that of one
 * is looked for among those that came after the one before, the last times, and found there nearly always.
 */
export class Shape {
  readonly names: readonly string[];
  /** Whether one of them is `__proto__`. */
  readonly hasProto: boolean;
  /** How the names are written. */
  readonly encoded: Uint8Array;
  /** What came after it the last time, and what did before that. */
  next: Shape | undefined;
  second: Shape | undefined;
  /** The number that it has in the record `stamp`. */
  index = 0;
  stamp = 0;

  constructor(names: readonly string[], encoded: Uint8Array) {
    this.names = names;
    this.hasProto = names.includes("__proto__");
    this.encoded = encoded;
  }

  /** Takes note that `shape` came after it. */
  follow(shape: Shape): void {
    if (this.next === shape) return;
    this.second = this.next;
    this.next = shape;
  }
}

/** A shape that no object has. */
export function noShape(): Shape {
  return new Shape([], new Uint8Array(0));
}

// Which objects are written with a shape is part of no reader's business, but alike for each writer: equal records give
// equal bytes if their properties are in one order.
const MOST_NAMES = 64;
const MOST_UNITS = 512;

class Node {
  readonly children = new Map<string, Node>();
  shape: Shape | undefined;
}

/** Above this, all are forgotten: somebody uses objects as dictionaries. */
const MOST_NODES = 2 ** 12;

let root = new Node();
let nodes = 0;

/** The shape of objects with these names; undefined for an object that is a dictionary rather than one of many alike. */
export function shapeOf(names: readonly string[]): Shape | undefined {
  let node = root;
  for (let index = 0; index < names.length; index++) {
    const next = node.children.get(names[index] as string);
    if (next === undefined) return addShape(names);
    node = next;
  }
  return node.shape ?? addShape(names);
}

function addShape(names: readonly string[]): Shape | undefined {
  if (!isShared(names)) return undefined;
  if (nodes > MOST_NODES) {
    root = new Node();
    nodes = 0;
  }
  let node = root;
  for (const name of names) {
    let next = node.children.get(name);
    if (next === undefined) {
      next = new Node();
      nodes++;
      node.children.set(name, next);
    }
    node = next;
  }
  node.shape = new Shape(names, encodeNames(names));
  return node.shape;
}

function isShared(names: readonly string[]): boolean {
  const { length } = names;
  if (length === 0 || length > MOST_NAMES || !/^[A-Za-z_$]/.test(names[0] as string)) return false;
  let units = 0;
  for (let index = 0; index < length; index++) units += (names[index] as string).length;
  return units <= MOST_UNITS;
}

/** The tag, how many names there are, how many bytes they take, and they. */
function encodeNames(names: readonly string[]): Uint8Array {
  const strings = new Output("STORE_INVALID_RECORD");
  for (const name of names) writeString(strings, name);
  const output = new Output("STORE_INVALID_RECORD");
  output.byte(SHAPE);
  output.varint(names.length);
  output.varint(strings.at);
  output.append(strings.bytes.subarray(0, strings.at));
  return output.bytes.slice(0, output.at);
}
