import {
  BaseStore,
  type GetOperation,
  InvalidNamespaceError,
  type Item,
  type ListNamespacesOperation,
  type Operation,
  type OperationResults,
  type PutOperation,
  type SearchItem,
  type SearchOperation,
} from "@langchain/langgraph-checkpoint";
import type { Store, Table } from "@store/core";
import type { AnyStore } from "./checkpoint-tables.js";
import { itemFilter } from "./item-filter.js";
import { commonPrefix, selectNamespaces } from "./namespaces.js";
import { decodeValue } from "./values/decode.js";
import { encodeValue } from "./values/encode.js";

/** The labels of the namespace, and the item's key as the last: what begins alike lies together. */
type ItemKey = string[];

type ItemRecord = [key: ItemKey, value: unknown, createdAt: number, updatedAt: number];

const DEFAULT_LIMIT = 10;

/**
 * LangGraph's long-term memory over a table of a domain, `items`.
 *
 * What is put, and what is read, is a copy. Items come in the order of their namespaces and keys. `search` filters; it
 * ranks nothing: a `query` isn't looked at.
 */
export class StoreBaseStore extends BaseStore {
  readonly #store: Store<"async">;
  readonly #domain: string;
  #opened: Table<ItemRecord, "async"> | undefined;

  /** @param domain whose adapter holds the items. Its table is opened when it is needed first. */
  constructor(store: AnyStore, domain: string) {
    super();
    // Awaiting what a sync store returns does no harm.
    this.#store = store as unknown as Store<"async">;
    this.#domain = domain;
  }

  /** Reads see the items as they were before the batch. All that is put and deleted is one step of the store. */
  async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    for (const operation of operations) checkNamespace(operation);
    const results: unknown[] = [];
    const puts: PutOperation[] = [];
    for (const operation of operations) {
      if ("namespacePrefix" in operation) results.push(await this.#search(operation));
      else if ("value" in operation) {
        puts.push(operation);
        results.push(undefined);
      } else if ("key" in operation) results.push(await this.#get(operation));
      else results.push(await this.#list(operation));
    }
    if (puts.length > 0) await this.#put(puts);
    return results as OperationResults<Op>;
  }

  async #get({ namespace, key }: GetOperation): Promise<Item | null> {
    const [record] = await (await this.#items()).lookup([...namespace, key]);
    return record === undefined ? null : itemOf(record as ItemRecord);
  }

  async #search({
    namespacePrefix,
    filter,
    limit = DEFAULT_LIMIT,
    offset = 0,
  }: SearchOperation): Promise<SearchItem[]> {
    const matches = itemFilter(filter);
    const found: SearchItem[] = [];
    let left = offset;
    if (limit <= 0) return found;
    for await (const record of (await this.#items()).records({ prefix: namespacePrefix })) {
      // What is as long as the prefix is an item of the namespace above.
      if (record[0].length <= namespacePrefix.length) continue;
      const item = await itemOf(record as ItemRecord);
      if (!matches(item.value) || left-- > 0) continue;
      if (found.push(item) >= limit) break;
    }
    return found;
  }

  async #list(operation: ListNamespacesOperation): Promise<string[][]> {
    const namespaces: string[][] = [];
    for await (const key of (await this.#items()).keys({ prefix: commonPrefix(operation) })) {
      namespaces.push(key.slice(0, -1));
    }
    return selectNamespaces(namespaces, operation);
  }

  async #put(operations: readonly PutOperation[]): Promise<void> {
    const items = await this.#items();
    const batch = this.#store.batch();
    for (const { namespace, key, value } of operations) {
      const at: ItemKey = [...namespace, key];
      const now = Date.now();
      if (value === null) batch.delete(items, at);
      else {
        const { stored } = encodeValue(value);
        const changes = [[2, stored] as const, [4, now] as const];
        batch.updateElement(items, at, changes, [at, stored, now, now]);
      }
    }
    await batch.commit();
  }

  async #items(): Promise<Table<ItemRecord, "async">> {
    const options = { type: "ordered_set" } as const;
    this.#opened ??= await this.#store.ensureTable<ItemRecord>(this.#domain, "items", options);
    return this.#opened;
  }
}

async function itemOf([key, value, createdAt, updatedAt]: ItemRecord): Promise<Item> {
  return {
    value: (await decodeValue(value)) as Item["value"],
    key: key.at(-1) ?? "",
    namespace: key.slice(0, -1),
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
  };
}

/** `batch` may be called past the checks of `put`. */
function checkNamespace(operation: Operation): void {
  if (!("namespace" in operation)) return;
  const { namespace, key } = operation;
  const labels: unknown[] = [...namespace, key];
  if (namespace.length > 0 && labels.every((label) => typeof label === "string")) return;
  throw new InvalidNamespaceError(
    "A namespace is a list of texts, not empty, and a key is a text.",
  );
}
