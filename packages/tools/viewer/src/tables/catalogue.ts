import { accessTable, originOf, type TableType } from "@store/core";
import type { EngineRow, TableName, TableRow, TablesAnswer } from "../protocol.js";
import { badRequest, notThere } from "./failure.js";
import type { AnyStore, AnyTable } from "./store.js";
import { Turns } from "./turns.js";

/** Names the domains that there are. */
export type Domains = () => readonly string[] | Promise<readonly string[]>;

/** So long a look at which tables there are holds, in milliseconds. */
const LOOK_MS = 500;
/** Tables are asked about themselves for so long at once, in milliseconds; the others keep what they said before. */
const ASK_MS = 400;
/** So many at once, where they are elsewhere. */
const AT_ONCE = 16;

/** A table that is there, and what it said of itself last. */
interface Known {
  readonly name: TableName;
  readonly type: TableType;
  table: AnyTable | undefined;
  adapter: string;
  records: number | undefined;
  bytes: number | undefined;
  memoryBytes: number | undefined;
  diskBytes: number | undefined;
  details: Readonly<Record<string, unknown>> | undefined;
  /** What tells the engine that the table is in. */
  engine: unknown;
}

/** The tables of a store. */
export class Catalogue {
  readonly #store: AnyStore;
  readonly #domains: Domains;
  #known = new Map<string, Known>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #asking: Promise<void> | undefined;
  /** The first that is asked next time. */
  #next = 0;

  constructor(store: AnyStore, domains: Domains) {
    this.#store = store;
    this.#domains = domains;
  }

  /** A table that is there: none is made. */
  async open(text: string | null): Promise<AnyTable> {
    return this.#open(await this.#find(nameOf(text)));
  }

  /** How many records each table has, as far as they were asked. */
  async sizes(): Promise<readonly { readonly name: TableName; readonly records: number }[]> {
    await this.#look();
    // One that is under way may leave some out.
    while (this.#asking !== undefined) await this.#asking;
    await this.#ask(Number.POSITIVE_INFINITY);
    return [...this.#known.values()].map(({ name, records }) => ({ name, records: records ?? 0 }));
  }

  async list(): Promise<TablesAnswer> {
    await this.#look();
    await this.#ask(ASK_MS);
    const engines = this.#engines();
    const tables = [...this.#known.values()].map((known): TableRow => {
      const { name, type, adapter, records, bytes, engine } = known;
      const at = engines.findIndex(({ of }) => of === engine);
      return { table: name, type, adapter, records, bytes, engine: at < 0 ? undefined : at };
    });
    return { at: Date.now(), tables, engines: engines.map(({ row }) => row) };
  }

  async #find(name: TableName): Promise<Known> {
    await this.#look();
    const known = this.#known.get(JSON.stringify(name));
    if (known === undefined) throw missing(name);
    return known;
  }

  /** Its handle. `ensureTable` would make a table that was dropped: it is called only for one that is there right now. */
  async #open(known: Known): Promise<AnyTable> {
    if (known.table !== undefined && isOpen(known.table)) return known.table;
    const [domain, name] = known.name;
    const entry = (await this.#store.tables(domain)).find((each) => each.name === name);
    if (entry === undefined) throw missing(known.name);
    known.table = await this.#ensure(known.name, entry.type);
    return known.table;
  }

  async #ensure([domain, name]: TableName, type: TableType): Promise<AnyTable> {
    try {
      return await this.#store.ensureTable(domain, name, { type });
    } catch (error) {
      if ((error as { code?: unknown }).code !== "STORE_TABLE_TYPE_MISMATCH") throw error;
    }
    // It was dropped, and made as another, by its owner.
    await (await this.#store.ensureTable(domain, name)).close();
    return this.#store.ensureTable(domain, name, { type });
  }

  /** Looks which tables there are, unless that was done just now. */
  #look(): Promise<void> {
    if (performance.now() - this.#lookedAt < LOOK_MS) return Promise.resolve();
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookNow(): Promise<void> {
    const found = new Map<string, Known>();
    for (const domain of [...(await this.#domains())].sort()) {
      const entries = await this.#store.tables(domain);
      for (const { name, type } of entries) {
        const id = JSON.stringify([domain, name]);
        const before = this.#known.get(id);
        found.set(id, before?.type === type ? before : unasked([domain, name], type));
      }
    }
    this.#known = found;
    this.#lookedAt = performance.now();
  }

  /** Asks tables what they say of themselves, for so long; who comes meanwhile waits for the same. */
  #ask(milliseconds: number): Promise<void> {
    this.#asking ??= this.#askNow(milliseconds).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #askNow(milliseconds: number): Promise<void> {
    const all = [...this.#known.values()];
    const end = performance.now() + milliseconds;
    const turns = new Turns();
    for (let asked = 0; asked < all.length && performance.now() < end; asked += AT_ONCE) {
      const some = Array.from(
        { length: Math.min(AT_ONCE, all.length - asked) },
        (_, index) => all[(this.#next + index) % all.length] as Known,
      );
      this.#next = (this.#next + some.length) % all.length;
      await Promise.all(some.map((known) => this.#askOne(known)));
      await turns.turn();
    }
  }

  async #askOne(known: Known): Promise<void> {
    try {
      const table = await this.#open(known);
      const { size, adapter, memoryBytes, diskBytes, details } = await table.info();
      known.adapter = adapter;
      known.records = size;
      const bytes = bytesIn(details);
      // What isn't in a run yet has bytes nowhere that are its own.
      known.bytes = bytes === 0 && size > 0 ? undefined : bytes;
      known.memoryBytes = memoryBytes;
      known.diskBytes = diskBytes;
      known.details = details;
      known.engine = accessTable(table)?.backend ?? originOf(table)?.adapter ?? adapter;
    } catch (error) {
      // Dropped meanwhile, or damaged: the others are of interest all the same.
      if (isFatal(error)) throw error;
      known.records = undefined;
    }
  }

  /** What is told of the engines, by any of their tables: each tells of all. */
  #engines(): { readonly of: unknown; readonly row: EngineRow }[] {
    const groups = new Map<unknown, Known[]>();
    for (const known of this.#known.values()) {
      if (known.engine === undefined) continue;
      groups.set(known.engine, [...(groups.get(known.engine) ?? []), known]);
    }
    return [...groups].map(([of, members]) => {
      const [{ adapter, memoryBytes, diskBytes, details }] = members as [Known];
      const domains = [...new Set(members.map(({ name }) => name[0]))];
      const records = members.reduce((sum, { records = 0 }) => sum + records, 0);
      const row = { adapter, domains, tables: members.length, records };
      return { of, row: { ...row, memoryBytes, diskBytes, details } };
    });
  }
}

/** Reads a name, which travels as JSON: `["domain","table"]`. */
export function nameOf(text: string | null): TableName {
  try {
    const [domain, name] = JSON.parse(text ?? "") as unknown[];
    if (typeof domain === "string" && typeof name === "string") return [domain, name];
  } catch {}
  throw badRequest('a table is named as ["domain","table"]');
}

function unasked(name: TableName, type: TableType): Known {
  return {
    name,
    type,
    table: undefined,
    adapter: "",
    records: undefined,
    bytes: undefined,
    memoryBytes: undefined,
    diskBytes: undefined,
    details: undefined,
    engine: undefined,
  };
}

/** Whether it is neither closed nor dropped by whoever else has it. */
function isOpen(table: AnyTable): boolean {
  try {
    accessTable(table)?.checkOpen();
    return true;
  } catch {
    return false;
  }
}

function missing(name: TableName): Error {
  return notThere(`there is no table ${name.join("/")}`);
}

/** What adapters say of the bytes of a single table. */
function bytesIn(details: Readonly<Record<string, unknown>> | undefined): number | undefined {
  const bytes = details?.tableBytes ?? details?.serverBytes;
  return typeof bytes === "number" ? bytes : undefined;
}

/** Nothing can be asked of the place any more. */
function isFatal(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return code === "STORE_UNAVAILABLE" || code === "STORE_FENCED";
}
