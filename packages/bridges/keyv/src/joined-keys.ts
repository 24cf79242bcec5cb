import { StoreError } from "@store/core";

/** A key of the table: Keyv's namespace, null without one, and Keyv's key. */
export type KeyvKey = [namespace: string | null, key: string];

/**
 * How a major version of Keyv joins namespaces and keys into the text that it hands to a store, and how they come apart
 * again.
 */
export interface JoinedKeys {
  split(joined: string): KeyvKey;
  join(key: KeyvKey): string;
  /** What the keys of a namespace begin with in the table. */
  startOf(namespace: string): KeyvKey;
}

/**
 * Keyv 6 joins by a separator, and tells a store its namespace only where it iterates. So the first separator parts: a
 * namespace that contains one begins within the key.
 */
export class SeparatedKeys implements JoinedKeys {
  readonly #separator: string;

  constructor(separator: string) {
    this.#separator = separator;
  }

  split(joined: string): KeyvKey {
    const at = joined.indexOf(this.#separator);
    if (at < 1) return [null, joined];
    return [joined.slice(0, at), joined.slice(at + this.#separator.length)];
  }

  join([namespace, key]: KeyvKey): string {
    return namespace === null ? key : `${namespace}${this.#separator}${key}`;
  }

  startOf(namespace: string): KeyvKey {
    return this.split(`${namespace}${this.#separator}`);
  }
}

/**
 * Keyv 5 joins by a colon, which keys and namespaces may contain. But each Keyv assigns its namespace to the store: the
 * longest of those that were assigned parts.
 */
export class PrefixedKeys implements JoinedKeys {
  /** The namespaces of Keyvs that were given the store before the last one. */
  readonly #earlier: ReadonlySet<string | undefined>;
  readonly #current: string | undefined;

  constructor(earlier: ReadonlySet<string | undefined>, current: string | undefined) {
    this.#earlier = earlier;
    this.#current = current;
  }

  split(joined: string): KeyvKey {
    let longest = "";
    for (const namespace of [this.#current, ...this.#earlier]) {
      if (namespace !== undefined && namespace.length > longest.length) {
        if (joined.startsWith(`${namespace}:`)) longest = namespace;
      }
    }
    if (longest !== "") return [longest, joined.slice(longest.length + 1)];
    // With `useKeyPrefix: false` keys aren't joined.
    return [this.only(`has the key ${JSON.stringify(joined)}`), joined];
  }

  join([namespace, key]: KeyvKey): string {
    return namespace === null ? key : `${namespace}:${key}`;
  }

  startOf(namespace: string): KeyvKey {
    return [namespace, ""];
  }

  /** The one namespace that there is, null for none. Several are refused. */
  only(what: string): string | null {
    const all = new Set([...this.#earlier, this.#current]);
    if (all.size === 1) return this.#current ?? null;
    const names = [...all].map((name) => JSON.stringify(name)).join(", ");
    throw new StoreError(
      "STORE_INVALID_OPERATION",
      `Keyvs of several namespaces (${names}) have this KeyvStore, and Keyv 5 doesn't say which of them ${what}: give each a KeyvStore of its own`,
    );
  }
}
