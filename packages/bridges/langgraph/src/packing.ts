import { JsonPlusSerializer, type SerializerProtocol } from "@langchain/langgraph-checkpoint";
import { decodeValue } from "./values/decode.js";
import { encodeValue } from "./values/encode.js";

/** A value as it is stored: with an empty type as a table holds it, else a serde's type and bytes. */
export type Packed = readonly [type: string, value: unknown];

/** Packs by the serde, or without one as tables hold values. Unpacks what either has packed. */
export class Packing {
  readonly #serde: SerializerProtocol | undefined;

  constructor(serde: SerializerProtocol | undefined) {
    this.#serde = serde;
  }

  async pack(value: unknown): Promise<Packed> {
    return this.#serde === undefined ? ["", encodeValue(value)] : this.#serde.dumpsTyped(value);
  }

  /** Those that tables hold at once, with what LangChain has to load of them. */
  async unpackAll(all: readonly Packed[]): Promise<unknown[]> {
    if (all.some(([type]) => type !== "")) return Promise.all(all.map((each) => this.unpack(each)));
    return (await decodeValue(all.map(([, value]) => value))) as unknown[];
  }

  async unpack([type, value]: Packed): Promise<unknown> {
    if (type === "") return decodeValue(value);
    return (this.#serde ?? new JsonPlusSerializer()).loadsTyped(type, value as Uint8Array);
  }
}
