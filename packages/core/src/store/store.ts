/// <reference lib="esnext.disposable" />
import type { Adapter, OptionsOf, TableType } from "../adapter/adapter.js";
import type { Mode, Result } from "../adapter/mode.js";
import { runnerOf, type Steps, step } from "../adapter/steps.js";
import { describe } from "../errors/describe.js";
import { locate, Refusal } from "../errors/errors.js";
import { type MigratedTable, Migration, type MigrationOptions } from "../migration/migration.js";
import { MigrationGate } from "../migration/migration-gate.js";
import { type CallSite, callerOf } from "../table/call.js";
import type { Table } from "../table/table.js";
import { equalValues } from "../values/equality.js";
import type { StoreRecord } from "../values/record.js";
import { Backend, TABLE_TYPES } from "./backend.js";
import { checkDomain, type DomainConfig, DomainRegistry, domainConfig } from "./domain-registry.js";

/** An adapter and its options, as `configureDomain` takes them. */
export type DomainInput<A extends Adapter> = { readonly adapter: A } & (Record<
  string,
  never
> extends OptionsOf<A>
  ? { readonly options?: OptionsOf<A> | undefined }
  : { readonly options: OptionsOf<A> });

/** The adapters that a store of a mode accepts: a sync one only sync adapters, an async one both kinds. */
export type AdapterFor<M extends Mode> = Adapter<object, M extends "sync" ? "sync" : Mode>;

/** The modes that a store may have with an adapter as its default. */
export type ModeFor<A extends Adapter> = A["mode"] extends "sync" ? Mode : "async";

/**
 * Where an application keeps its tables. A domain (`"runs"`, `"journal"`) is a name; the registry says which adapter
 * backs it, and code that uses a domain never names one.
 *
 * Each member throws, or in an async store rejects with, a `StoreError`; a call that fails has changed nothing.
 */
export type Store<M extends Mode = "sync"> = StoreMembers<M> &
  (M extends "async" ? AsyncDisposable : Disposable);

interface StoreMembers<M extends Mode> {
  /**
   * Backs the domain with an adapter, from the next `ensureTable` on: tables that are open stay where they are.
   * `STORE_INVALID_ADAPTER` for one that lacks a member or has the wrong mode, `STORE_INVALID_OPTIONS` for options
   * that it refuses.
   */
  configureDomain<A extends AdapterFor<M>>(domain: string, config: DomainInput<A>): Result<M, void>;
  /** What backs the domain: the adapter, and its options with the defaults filled in. */
  domainConfig(domain: string): Result<M, DomainConfig>;
  /** The adapter backing the domain. */
  adapterModule(domain: string): Result<M, Adapter>;
  /** Backs the domain with the store's default again. */
  resetDomain(domain: string): Result<M, void>;
  /** Backs every domain with the store's default again. */
  clear(): Result<M, void>;
  /**
   * Moves the domain to another adapter with the tables that it has open: copies their records, compares the copies
   * with them, syncs them and switches the domain, whose old handles are closed then. Returns what it moved. On any
   * failure everything is as it was. Call it before others have handles, and `ensureTable` again after it.
   *
   * Moves what the domain opened from the adapter that it has now; the old records stay there. With the same adapter
   * and equal options nothing is moved. `STORE_INVALID_OPERATION` if a table is open in another domain, too, if the new
   * place has a table of that name with records in it or open, if a table is written to meanwhile, or if `onProgress`
   * throws; `STORE_NOT_SUPPORTED` if the adapter hasn't a table's type, `STORE_CORRUPT` if a copy isn't equal to its
   * table. Reads each table twice and writes it once; at most 500 records, or those of one key, are in memory.
   */
  migrateDomain<A extends AdapterFor<M>>(
    domain: string,
    config: DomainInput<A>,
    options?: MigrationOptions,
  ): Result<M, MigratedTable[]>;
  /** Makes sure that the registry exists, which it always does; there for parity. */
  ensureTables(): Result<M, void>;
  /**
   * Opens or creates a table and returns its handle; the same table gives the same handle until it is closed. Domains
   * with the same adapter and equal options share their tables by name, as ETS names are shared.
   *
   * Without a `type` an existing table is opened as what it is, and a new one is a `"set"`.
   * `STORE_TABLE_TYPE_MISMATCH` if it has another than the given one, `STORE_NOT_SUPPORTED` if the adapter hasn't that
   * type, `STORE_LOCKED` if another process has the table.
   */
  ensureTable<R extends StoreRecord = StoreRecord>(
    domain: string,
    name: string,
    options?: { readonly type?: TableType | undefined },
  ): Result<M, Table<R, M>>;
  /** Closes the tables of that name, in every domain. Not open, or in memory: nothing happens. */
  closeTable(name: string): Result<M, void>;
  /** Returns when the tables of that name are on disk, in every domain. Not open, or in memory: nothing happens. */
  syncTable(name: string): Result<M, void>;
  /** Brings counters kept aside into the tables of that name. Not open, or in memory: nothing happens. */
  flushCounters(name: string): Result<M, void>;
  /** Closes every table and adapter; after it, every other call is `STORE_TABLE_CLOSED`. Twice is no error. */
  close(): Result<M, void>;
}

/**
 * Creates a store whose domains are all backed by `adapter` until they are configured otherwise.
 *
 * The adapter's mode is the store's mode, but `mode: "async"` makes an async store of a sync adapter: then every call
 * returns a promise, and domains may have adapters of both kinds.
 */
export function createStore<A extends Adapter, M extends Mode = A["mode"]>(
  config: DomainInput<A> & { readonly mode?: (M & ModeFor<A>) | undefined },
): Store<M> {
  try {
    const initial = domainConfig(config, config?.mode, ["adapter", "options", "mode"]);
    return openStore(initial, checkMode(config.mode) ?? initial.adapter.mode) as Store<M>;
  } catch (error) {
    throw locate("createStore", error);
  }
}

function openStore<M extends Mode>(initial: DomainConfig, mode: M): unknown {
  const registry = new DomainRegistry(initial);
  const backends: Backend<M>[] = [];
  const runner = runnerOf(mode);
  const gate = new MigrationGate(runner);
  let closing: Result<M, void> | undefined;
  let isOpen = true;

  const site: CallSite = {
    checkOpen: () => {
      if (!isOpen) throw new Refusal("STORE_TABLE_CLOSED", "the store is closed");
    },
    describe: (operation, received) =>
      `${operation}(${received
        .filter((value) => typeof value === "string")
        .map(describe)
        .join(", ")})`,
  };
  const call = callerOf(site, mode);

  const members: StoreMembers<M> = {
    configureDomain: call("configureDomain", (domain: unknown, config: unknown) => {
      registry.set(checkDomain(domain), domainConfig(config, mode));
    }),
    domainConfig: call("domainConfig", (domain: unknown) => registry.get(checkDomain(domain))),
    adapterModule: call(
      "adapterModule",
      (domain: unknown) => registry.get(checkDomain(domain)).adapter,
    ),
    resetDomain: call("resetDomain", (domain: unknown) => registry.reset(checkDomain(domain))),
    clear: call("clear", () => registry.clear()),
    migrateDomain: call("migrateDomain", (domain: unknown, config: unknown, options: unknown) => {
      const name = checkDomain(domain);
      const target = domainConfig(config, mode);
      const onProgress = progressOf(options);
      return runner.run(gate.migrate(() => migration(name, target, onProgress)));
    }),
    ensureTables: call("ensureTables", () => undefined),

    ensureTable: call("ensureTable", (domain: unknown, name: unknown, options: unknown) =>
      runner.run(ensureTable(checkDomain(domain), checkTableName(name), tableType(options))),
    ) as StoreMembers<M>["ensureTable"],
    closeTable: call("closeTable", (name: unknown) => runner.run(closeTable(checkTableName(name)))),
    syncTable: call("syncTable", (name: unknown) =>
      runner.run(inEachDurable(checkTableName(name), (table) => table.sync())),
    ),
    flushCounters: call("flushCounters", (name: unknown) =>
      runner.run(inEachDurable(checkTableName(name), (table) => table.flushCounters())),
    ),

    close: callerOf({ ...site, checkOpen: () => {} }, mode)("close", () => {
      if (isOpen) {
        gate.checkMayWait();
        isOpen = false;
        closing = runner.run(closeAll());
      }
      return closing;
    }),
  };
  const dispose = mode === "sync" ? Symbol.dispose : Symbol.asyncDispose;
  return Object.freeze({ ...members, [dispose]: members.close });

  function backendOf(config: DomainConfig): Backend<M> {
    const known = backends.find(
      (backend) =>
        backend.config.adapter === config.adapter &&
        equalValues(backend.config.options, config.options),
    );
    if (known !== undefined) return known;
    const backend = new Backend(config, mode);
    backends.push(backend);
    return backend;
  }

  function ensureTable(
    domain: string,
    name: string,
    type: TableType | undefined,
  ): Steps<Table<StoreRecord, M>> {
    return gate.pass(domain, name, () => {
      site.checkOpen();
      return backendOf(registry.get(domain)).ensureTable(domain, name, type);
    });
  }

  function migration(
    domain: string,
    config: DomainConfig,
    onProgress: MigrationOptions["onProgress"],
  ): Migration<M> {
    site.checkOpen();
    const [source, target] = [backendOf(registry.get(domain)), backendOf(config)];
    const { checkOpen } = site;
    return new Migration({ domain, registry, source, target, runner, onProgress, checkOpen });
  }

  function closeTable(name: string): Steps<void> {
    return gate.pass(undefined, name, () => inEachDurable(name, (table) => table.close()));
  }

  function* inEachDurable(
    name: string,
    act: (table: Table<StoreRecord, M>) => Result<M, void>,
  ): Steps<void> {
    const durable = backends.filter(({ config }) => config.adapter.capabilities.durable);
    yield* inEach(durable, function* (backend): Steps<void> {
      const table = yield* backend.openedTable(name);
      if (table !== undefined) yield* step(act(table));
    });
  }

  function* closeAll(): Steps<void> {
    yield* gate.waitForAll();
    yield* inEach(backends, (backend) => backend.close());
  }
}

/** Acts in each backend. All are tried; the first failure is thrown. */
function* inEach<M extends Mode>(
  backends: readonly Backend<M>[],
  act: (backend: Backend<M>) => Steps<void>,
): Steps<void> {
  const failures: unknown[] = [];
  for (const backend of backends) {
    try {
      yield* act(backend);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

function checkMode(mode: unknown): Mode | undefined {
  if (mode === undefined || mode === "sync" || mode === "async") return mode;
  throw new Refusal("STORE_INVALID_OPTIONS", `mode is "sync" or "async"; got ${describe(mode)}`);
}

function checkTableName(name: unknown): string {
  if (typeof name === "string" && name !== "") return name;
  throw new Refusal(
    "STORE_INVALID_TABLE_NAME",
    `a table's name is a string, not empty; got ${describe(name)}`,
  );
}

function tableType(options: unknown): TableType | undefined {
  const type = optionOf(options, "type", "a table");
  const known = TABLE_TYPES.find((candidate) => candidate === type);
  if (type === undefined || known !== undefined) return known;
  throw new Refusal(
    "STORE_INVALID_OPTIONS",
    `type is one of ${TABLE_TYPES.join(", ")}; got ${describe(type)}`,
  );
}

function progressOf(options: unknown): MigrationOptions["onProgress"] {
  const onProgress = optionOf(options, "onProgress", "a migration");
  if (onProgress === undefined || typeof onProgress === "function") {
    return onProgress as MigrationOptions["onProgress"];
  }
  throw new Refusal(
    "STORE_INVALID_OPTIONS",
    `onProgress is a function; got ${describe(onProgress)}`,
  );
}

/** The one option that `what` has. */
function optionOf(options: unknown, name: string, what: string): unknown {
  if (options === undefined) return undefined;
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new Refusal("STORE_INVALID_OPTIONS", `expected { ${name}? }; got ${describe(options)}`);
  }
  const unknown = Object.keys(options).find((given) => given !== name);
  if (unknown !== undefined) {
    throw new Refusal("STORE_INVALID_OPTIONS", `${what} has no option ${describe(unknown)}`);
  }
  return (options as Readonly<Record<string, unknown>>)[name];
}
