import type { AdapterTable, Key, StoreRecord } from "@store/core";

/** What a client of some database may offer. */
export interface Client {
  get(key: Key): Promise<{ record: StoreRecord; version: number } | undefined>;
  /** False if the stored version isn't this one any more. */
  put(record: StoreRecord, version: number): Promise<boolean>;
  /** The key as the database stores it: equal keys have the same text. */
  textOf(key: Key): string;
}

type Update = Required<AdapterTable<"async">>["update"];

export function updateWith(client: Client): Update {
  /** For each key, the end of the last update that waits or is under way. */
  const ends = new Map<string, Promise<void>>();

  return (key, change) => {
    const text = client.textOf(key);
    const before = ends.get(text) ?? Promise.resolve();
    const result = before.then(() => compareAndSwap(client, key, change));
    const end = result.then(ignore, ignore).then(() => {
      if (ends.get(text) === end) ends.delete(text);
    });
    ends.set(text, end);
    return result;
  };
}

/** Repeats only when another process has changed the record: the callers of this one wait for each other. */
async function compareAndSwap(client: Client, ...[key, change]: Parameters<Update>) {
  for (;;) {
    const found = await client.get(key);
    if (found === undefined) return undefined;
    const changed = change(found.record);
    if (changed === found.record) return changed;
    if (await client.put(changed, found.version)) return changed;
  }
}

/** An update that fails concerns its own caller, not the next one. */
function ignore(): void {}
