import { JsonPlusSerializer, type SerializerProtocol } from "@langchain/langgraph-checkpoint";
import { decodeValue } from "./values/decode.js";
import { encodeValue } from "./values/encode.js";

/**
 * A value as it is stored: alone where it is itself; with an empty type where a table holds it with marks in it; else a
 * serde's type and bytes.
 */
export type Packed = readonly [value: unknown] | readonly [type: string, stored: unknown];

/** What is stored of it. */
export function contentOf(packed: Packed): unknown {
  return packed.length === 1 ? packed[0] : packed[1];
}

/** Packs by the serde, or without one as tables hold values. Unpacks what either has packed. */
export class Packing {
  readonly #serde: SerializerProtocol | undefined;
  readonly #isFresh: boolean;

  /** @param isFresh whether the table makes what it hands out anew for each reader */
  constructor(serde: SerializerProtocol | undefined, isFresh: boolean) {
    this.#serde = serde;
    this.#isFresh = isFresh;
  }

  async pack(value: unknown): Promise<Packed> {
    if (this.#serde !== undefined) return this.#serde.dumpsTyped(value);
    const { stored, isPlain } = encodeValue(value);
    return isPlain ? [stored] : ["", stored];
  }

  /** Those that tables hold with marks at once, with what LangChain has to load of them. */
  unpackAll(all: readonly Packed[]): unknown[] | Promise<unknown[]> {
    return all.every((packed) => this.#isItself(packed))
      ? all.map(([value]) => value)
      : this.#unpackSome(all);
  }

  async unpack(packed: Packed): Promise<unknown> {
    return (await this.unpackAll([packed]))[0];
  }

  async #unpackSome(all: readonly Packed[]): Promise<unknown[]> {
    const others = await this.#decoded(all.filter((packed) => !this.#isItself(packed)));
    const left = others.values();
    return all.map((packed) => (this.#isItself(packed) ? packed[0] : left.next().value));
  }

  async #decoded(all: readonly Packed[]): Promise<unknown[]> {
    if (all.every(isOfTables)) return decodeValue(all.map(contentOf)) as Promise<unknown[]>;
    const serde = this.#serde ?? new JsonPlusSerializer();
    return Promise.all(
      all.map((packed) =>
        isOfTables(packed)
          ? decodeValue(contentOf(packed))
          : serde.loadsTyped(packed[0] as string, packed[1] as Uint8Array),
      ),
    );
  }

  /** Whether a value needs no decoding, and no copy. */
  #isItself(packed: Packed): boolean {
    return packed.length === 1 && this.#isFresh;
  }
}

function isOfTables(packed: Packed): boolean {
  return packed.length === 1 || packed[0] === "";
}
