import { describe, makerOf, messageOf } from "../errors/describe.js";
import { MAX_DEPTH } from "./key.js";
import { type Kind, kindOf, looksBuiltIn, mapForEach, setForEach, stateOf } from "./kind.js";
import { _ } from "./wildcard.js";

/** What is wrong with a part of a value, and the way to it. */
interface Finding {
  path: string;
  readonly problem: string;
}

/** So many objects are looked through, once for each depth at which they occur; after that the message names no path. */
const MOST_OBJECTS = 2_000_000;

/** Stops a loop over the members of a Map or a Set. */
const stop = new Error("found");

/**
 * Where in `value`, which can't be copied, the first unstorable part is, and what is wrong with it. Slow, and only for the
 * error message, but not out of proportion: what occurs in many places is looked at once.
 *
 * @param wildcards whether `_` may be in it
 * @param path how the message names `value` itself, `[2]` say
 * @param thrown what was thrown when it was copied; undefined if it was found unstorable
 */
export function explain(value: unknown, wildcards: boolean, path: string, thrown: unknown): string {
  try {
    const found = new Search(wildcards).find(value, 0);
    if (found !== undefined) return `${shorten(path + found.path)} ${found.problem}`;
  } catch (error) {
    return `${path} throws when read: ${messageOf(error)}`;
  }
  return thrown === undefined
    ? `${path} can't be stored`
    : `${path} throws when read: ${messageOf(thrown)}`;
}

class Search {
  readonly #wildcards: boolean;
  /** The objects on the way to the part. */
  readonly #above = new Set<object>();
  /** Objects in which nothing was found, by how deep they were. */
  readonly #clean = new Map<object, number>();
  #left = MOST_OBJECTS;

  constructor(wildcards: boolean) {
    this.#wildcards = wildcards;
  }

  find(value: unknown, depth: number): Finding | undefined {
    if (typeof value !== "object" || value === null) {
      const storable = typeof value !== "function" && typeof value !== "symbol";
      return storable || (this.#wildcards && value === _)
        ? undefined
        : { path: "", problem: `is ${describe(value)}` };
    }
    if (this.#above.has(value)) return { path: "", problem: "is a cycle" };
    if (depth === MAX_DEPTH) return { path: "", problem: `is nested deeper than ${MAX_DEPTH}` };
    if ((this.#clean.get(value) ?? -1) >= depth || this.#left === 0) return undefined;
    this.#left--;
    const kind = kindOf(value);
    const problem = problemOf(value, kind);
    if (problem !== undefined) return { path: "", problem };
    this.#above.add(value);
    const found = this.#findInside(value, kind, depth + 1);
    this.#above.delete(value);
    if (found === undefined) this.#clean.set(value, depth);
    return found;
  }

  #findInside(value: object, kind: Kind | undefined, depth: number): Finding | undefined {
    switch (kind) {
      case "array":
        return this.#findElement(value as readonly unknown[], depth);
      case "object":
        for (const name of Object.keys(value)) {
          const found = this.find((value as Readonly<Record<string, unknown>>)[name], depth);
          if (found !== undefined) return below(member(name), found);
        }
        return undefined;
      case "map":
        return first((visit) =>
          mapForEach.call(value, (element, key) => {
            visit(() => `.keys()[${describe(key)}]`, this.find(key, depth));
            visit(() => `.get(${describe(key)})`, this.find(element, depth));
          }),
        );
      case "set":
        return first((visit) =>
          setForEach.call(value, (element) => visit(() => ".values()", this.find(element, depth))),
        );
      default:
        return undefined;
    }
  }

  #findElement(array: readonly unknown[], depth: number): Finding | undefined {
    const { length } = array;
    for (let index = 0; index < length; index++) {
      const element = array[index];
      if (element === undefined && !Object.hasOwn(array, index)) {
        return { path: `[${index}]`, problem: "is a hole" };
      }
      const found = this.find(element, depth);
      if (found !== undefined) return below(`[${index}]`, found);
    }
    return undefined;
  }
}

type Visit = (step: () => string, found: Finding | undefined) => void;

/** The first finding that `each` visits. */
function first(each: (visit: Visit) => void): Finding | undefined {
  let result: Finding | undefined;
  try {
    each((step, found) => {
      if (found === undefined) return;
      result = below(step(), found);
      throw stop;
    });
  } catch (error) {
    if (error !== stop) throw error;
  }
  return result;
}

function below(step: string, found: Finding): Finding {
  found.path = step + found.path;
  return found;
}

/** What is wrong with an object itself. */
function problemOf(value: object, kind: Kind | undefined): string | undefined {
  const name = makerOf(value);
  if (kind === undefined) {
    return looksBuiltIn(value, name) ? impostor(name) : `is ${describe(value)}`;
  }
  switch (stateOf(value, kind)) {
    case "none":
      return impostor(name);
    case "detached":
      return kind === "arraybuffer"
        ? "is an ArrayBuffer that is detached"
        : `is ${article(name)} whose ArrayBuffer is detached`;
    case "out of bounds":
      return `is ${article(name)} that lies beyond the end of its ArrayBuffer, which has shrunk`;
    default:
      return undefined;
  }
}

function impostor(name: string): string {
  return `is no ${name}, though it looks like one: a Proxy of one can't be stored`;
}

function article(name: string): string {
  return `${/^[AEI]/.test(name) ? "an" : "a"} ${name}`;
}

function member(name: string): string {
  return /^[A-Za-z_$][\w$]{0,59}$/.test(name) ? `.${name}` : `[${describe(name)}]`;
}

function shorten(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}…` : path;
}
