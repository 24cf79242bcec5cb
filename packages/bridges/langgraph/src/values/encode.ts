import { isDeltaSnapshot } from "@langchain/langgraph-checkpoint";
import { StoreError } from "@store/core";
import { setOwn } from "./own-property.js";
import { TAG, type Tagged } from "./tag.js";

/** As deep as a table's values go. */
const MAX_DEPTH = 1_000;

/** A value as a table can hold it, and whether that has no mark in it. */
export interface Encoded {
  readonly stored: unknown;
  readonly isPlain: boolean;
}

/**
 * The value as a table can hold it: itself where it can, which is all of what JSON has and bigints, Dates, Maps, Sets,
 * bytes and `undefined`. Nothing that was handed over is changed.
 */
export function encodeValue(value: unknown): Encoded {
  const encoder = new Encoder();
  const stored = encoder.encode(value, 0);
  return { stored, isPlain: !encoder.hasMarked };
}

class Encoder {
  hasMarked = false;

  encode(value: unknown, depth: number): unknown {
    if (typeof value === "function" || typeof value === "symbol") {
      throw refusal(`a ${typeof value} can't be stored`);
    }
    if (typeof value !== "object" || value === null || isHeld(value)) return value;
    if (depth > MAX_DEPTH)
      throw refusal("a value is nested more than 1,000 deep, or contains itself");
    if (Array.isArray(value)) return this.#array(value, depth);
    if (value instanceof Map) {
      return new Map([...value].map((entry) => this.#array(entry, depth) as [unknown, unknown]));
    }
    if (value instanceof Set) return new Set(this.#array([...value], depth));
    return this.#object(value as Record<string, unknown>, depth);
  }

  #array(values: readonly unknown[], depth: number): readonly unknown[] {
    let copy: unknown[] | undefined;
    for (const [index, value] of values.entries()) {
      const encoded = this.encode(value, depth + 1);
      if (encoded === value && copy === undefined) continue;
      copy ??= values.slice(0, index);
      copy.push(encoded);
    }
    return copy ?? values;
  }

  #object(value: Record<string, unknown>, depth: number): unknown {
    const special = this.#special(value, depth);
    if (special !== undefined) return special;
    if (typeof value.toJSON === "function") return this.encode(value.toJSON(), depth + 1);
    const entries = Object.entries(value);
    if (Object.hasOwn(value, TAG)) {
      const encoded = entries.map(([key, each]) => [key, this.encode(each, depth + 1)] as const);
      return this.#marked({ [TAG]: "object", entries: encoded });
    }
    let copy: Record<string, unknown> | undefined = isPlain(value) ? undefined : { ...value };
    for (const [key, each] of entries) {
      const encoded = this.encode(each, depth + 1);
      if (encoded === each) continue;
      copy ??= { ...value };
      setOwn(copy, key, encoded);
    }
    return copy ?? value;
  }

  #special(value: Record<string, unknown>, depth: number): unknown {
    if ("lc_serializable" in value) {
      if (value.lc_serializable) {
        return this.#marked({ [TAG]: "langchain", json: JSON.stringify(value) });
      }
      throw refusal(`${value.constructor.name} of LangChain isn't serializable`);
    }
    if (isDeltaSnapshot(value)) {
      return this.#marked({ [TAG]: "delta", value: this.encode(value.value, depth + 1) });
    }
    if (value.lg_name === "Send") {
      const { node, args, timeout } = value;
      const sent = { node, args, ...(timeout === undefined ? {} : { timeout }) };
      return this.encode(sent, depth + 1);
    }
    if (value instanceof Error) {
      return this.#marked({ [TAG]: "error", name: value.name, message: value.message });
    }
    if (value instanceof RegExp) {
      return this.#marked({ [TAG]: "regexp", source: value.source, flags: value.flags });
    }
    return undefined;
  }

  #marked(value: Tagged): Tagged {
    this.hasMarked = true;
    return value;
  }
}

/** What a table keeps as it is. */
function isHeld(value: object): boolean {
  return value instanceof Date || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

/** Of any realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function refusal(why: string): StoreError {
  return new StoreError("STORE_INVALID_RECORD", `${why}: give a serde that can, or leave it out`);
}
