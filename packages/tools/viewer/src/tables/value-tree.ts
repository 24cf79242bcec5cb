import type { ChildNode, Kind, ValueNode, ValuePath } from "../protocol.js";
import { badRequest, notThere } from "./failure.js";
import { kindOf, typeOf } from "./kind.js";
import { previewOf } from "./preview.js";

/** So many members, bytes and characters come at once. */
export const MEMBERS = 100;
const BYTES = 4_096;
const CHARACTERS = 10_000;
/** A record is opened so deep, until it has so many nodes. */
const DEPTH = 3;
const NODES = 400;
const PREVIEW = 120;

/** A value with what is in it, as much as is shown at first. */
export function treeOf(value: unknown): ValueNode {
  return nodeOf(value, { depth: DEPTH, nodes: NODES });
}

/** Within a value, the one that a path leads to, with a part of what is in it. */
export function partOf(value: unknown, path: ValuePath, from: number): ValueNode {
  const found = path.reduce<unknown>(memberAt, value);
  const node = shallow(found);
  return { ...node, ...contentOf(found, from, { depth: 1, nodes: NODES }) };
}

interface Budget {
  readonly depth: number;
  nodes: number;
}

/** Strings and bytes are asked for when they are opened. */
function nodeOf(value: unknown, budget: Budget): ValueNode {
  budget.nodes--;
  const node = shallow(value);
  const isOpened = HAVE_MEMBERS.has(node.kind) && budget.depth > 0 && budget.nodes > 0;
  return isOpened ? { ...node, ...contentOf(value, 0, budget) } : node;
}

const HAVE_MEMBERS: ReadonlySet<Kind> = new Set<Kind>(["array", "object", "map", "set"]);

/** Without what is in it. */
function shallow(value: unknown): ValueNode {
  const kind = kindOf(value);
  const preview = previewOf(value, PREVIEW);
  const size = sizeOf(value);
  const isBinary = kind === "bytes" || kind === "typedarray" || kind === "arraybuffer";
  return {
    kind,
    preview,
    ...(size !== undefined && { size }),
    ...(isBinary && { type: typeOf(value as object) }),
  };
}

function sizeOf(value: unknown): number | undefined {
  switch (kindOf(value)) {
    case "string":
      return (value as string).length;
    case "array":
      return (value as unknown[]).length;
    case "map":
    case "set":
      return (value as Set<unknown>).size;
    case "object":
      return Object.keys(value as object).length;
    case "bytes":
    case "typedarray":
    case "arraybuffer":
      return (value as ArrayBuffer).byteLength;
    default:
      return undefined;
  }
}

function contentOf(value: unknown, from: number, budget: Budget): Partial<ValueNode> {
  switch (kindOf(value)) {
    case "string":
      return { from, text: (value as string).slice(from, from + CHARACTERS) };
    case "bytes":
    case "typedarray":
    case "arraybuffer":
      return {
        from,
        base64: bytesOf(value)
          .subarray(from, from + BYTES)
          .toString("base64"),
      };
    case "array":
    case "map":
    case "set":
    case "object": {
      const inside = { depth: budget.depth - 1, nodes: budget.nodes };
      const children = childrenOf(value as object, from, inside);
      budget.nodes = inside.nodes;
      return { from, children };
    }
    default:
      return {};
  }
}

function childrenOf(value: object, from: number, budget: Budget): ChildNode[] {
  const children: ChildNode[] = [];
  const to = from + MEMBERS;
  if (Array.isArray(value)) {
    for (let at = from; at < Math.min(to, value.length); at++) {
      children.push({ name: String(at), at, value: nodeOf(value[at], budget) });
    }
  } else if (value instanceof Map || value instanceof Set) {
    let index = 0;
    for (const [key, member] of value.entries()) {
      if (index >= to) break;
      if (index >= from) children.push(childOf(value, index, key, member, budget));
      index++;
    }
  } else {
    const names = Object.keys(value);
    for (let at = from; at < Math.min(to, names.length); at++) {
      const name = names[at] as string;
      const member = (value as Record<string, unknown>)[name];
      children.push({ name, at, value: nodeOf(member, budget) });
    }
  }
  return children;
}

/** In a Map the places of keys are even, those of values odd. */
function childOf(
  value: Map<unknown, unknown> | Set<unknown>,
  index: number,
  key: unknown,
  member: unknown,
  budget: Budget,
): ChildNode {
  if (value instanceof Set) return { at: index, value: nodeOf(member, budget) };
  return {
    key: nodeOf(key, budget),
    keyAt: 2 * index,
    at: 2 * index + 1,
    value: nodeOf(member, budget),
  };
}

function memberAt(value: unknown, at: number): unknown {
  const size = sizeOf(value);
  const kind = kindOf(value);
  const places = kind === "map" ? 2 * (size ?? 0) : (size ?? 0);
  if (!Number.isSafeInteger(at) || at < 0) throw badRequest("a path is a list of places");
  if (at >= places) throw notThere("the record has changed: it has no such part any more");
  if (kind === "array") return (value as unknown[])[at];
  if (kind === "object") {
    return (value as Record<string, unknown>)[Object.keys(value as object)[at] as string];
  }
  if (kind === "map") {
    const entry = nth((value as Map<unknown, unknown>).entries(), at >> 1);
    return entry[at & 1];
  }
  if (kind === "set") return nth((value as Set<unknown>).values(), at);
  throw badRequest(`a ${kind} has no parts`);
}

function nth<T>(values: Iterable<T>, at: number): T {
  let index = 0;
  for (const value of values) if (index++ === at) return value;
  throw notThere("the record has changed: it has no such part any more");
}

function bytesOf(value: unknown): Buffer {
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  const { buffer, byteOffset, byteLength } = value as Uint8Array;
  return Buffer.from(buffer, byteOffset, byteLength);
}
