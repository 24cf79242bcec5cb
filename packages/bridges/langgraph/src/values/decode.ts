import { load } from "@langchain/core/load";
import { DeltaSnapshot } from "@langchain/langgraph-checkpoint";
import { messageOf } from "./messages.js";
import { setOwn } from "./own-property.js";
import { TAG, type Tagged } from "./tag.js";

/** Where a value goes. It may come later than others beside it. */
type Place = (value: unknown) => void;

/** What `encodeValue` was given, the reader's own; a promise of it where something of LangChain's has to be loaded. */
export function decodeValue(stored: unknown): unknown | Promise<unknown> {
  return new Decoder().decode(stored);
}

class Decoder {
  /** LangChain's objects that are no messages, as JSON: they are loaded together. */
  readonly #jsons: string[] = [];
  readonly #places: Place[] = [];
  /** What can be made only from what was loaded; what is inside comes first. */
  readonly #late: (() => void)[] = [];
  #result: unknown;

  decode(stored: unknown): unknown | Promise<unknown> {
    this.#put(stored, (value) => {
      this.#result = value;
    });
    if (this.#jsons.length > 0) return this.#load();
    return this.#finish();
  }

  async #load(): Promise<unknown> {
    const loaded = await load<unknown[]>(`[${this.#jsons.join(",")}]`);
    for (const [index, each] of loaded.entries()) this.#places[index]?.(each);
    return this.#finish();
  }

  #finish(): unknown {
    for (const make of this.#late) make();
    return this.#result;
  }

  #put(stored: unknown, place: Place): void {
    if (typeof stored !== "object" || stored === null) place(stored);
    else if (Array.isArray(stored)) place(this.#array(stored));
    else if (stored instanceof Map) this.#make([...stored], (pairs) => new Map(pairs as []), place);
    else if (stored instanceof Set) this.#make([...stored], (values) => new Set(values), place);
    else if (isHeld(stored)) place(stored);
    else if (Object.hasOwn(stored, TAG)) this.#tagged(stored as Tagged, place);
    else place(this.#object(Object.entries(stored)));
  }

  #array(stored: readonly unknown[]): unknown[] {
    const values: unknown[] = new Array(stored.length);
    for (const [index, each] of stored.entries()) {
      if (typeof each !== "object" || each === null) values[index] = each;
      else {
        this.#put(each, (value) => {
          values[index] = value;
        });
      }
    }
    return values;
  }

  #object(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (const [key, each] of entries) {
      if (typeof each !== "object" || each === null) setOwn(object, key, each);
      else {
        // Properties keep their order, also where a value comes later.
        setOwn(object, key, undefined);
        this.#put(each, (value) => setOwn(object, key, value));
      }
    }
    return object;
  }

  #make(stored: readonly unknown[], make: (values: unknown[]) => unknown, place: Place): void {
    const values = this.#array(stored);
    this.#late.push(() => place(make(values)));
  }

  #tagged(stored: Tagged, place: Place): void {
    switch (stored[TAG]) {
      case "langchain": {
        const message = messageOf(stored.json);
        if (message !== undefined) place(message);
        else {
          this.#jsons.push(stored.json);
          this.#places.push(place);
        }
        break;
      }
      case "error": {
        const error = new Error(stored.message);
        if (stored.name !== error.name) error.name = stored.name;
        place(error);
        break;
      }
      case "regexp":
        place(new RegExp(stored.source, stored.flags));
        break;
      case "delta":
        this.#make([stored.value], ([value]) => new DeltaSnapshot(value), place);
        break;
      case "object":
        place(this.#object(stored.entries));
    }
  }
}

/** What a table hands out as the reader's own. */
function isHeld(value: object): boolean {
  return value instanceof Date || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}
