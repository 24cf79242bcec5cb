import type { Adapter } from "../adapter/adapter.js";
import type { Mode, Result } from "../adapter/mode.js";
import { runnerOf, type Steps } from "../adapter/steps.js";
import { createBatch } from "../batch/create-batch.js";
import { describe } from "../errors/describe.js";
import { locate, Refusal } from "../errors/errors.js";
import { type Migration, MigrationGate } from "../migration/migration-gate.js";
import { type CallSite, callerOf } from "../table/call.js";
import { Turns } from "../table/turns.js";
import { domainCopy, domainMigration, type MigrationRequest } from "./domain-migration.js";
import { checkDomain, type DomainConfig, DomainRegistry, domainConfig } from "./domain-registry.js";
import type { DomainInput, ModeFor, Store, StoreMembers } from "./store.js";
import { domainsOf, giveAccess, type StoreAccess } from "./store-access.js";
import { StoreBackends } from "./store-backends.js";
import {
  checkMode,
  checkStrictDomains,
  checkTableName,
  progressOf,
  tableSettings,
} from "./store-options.js";

/** How a store is created, besides its default adapter. */
export interface StoreOptions<A extends Adapter, M extends Mode> {
  /** Default: the adapter's. */
  readonly mode?: (M & ModeFor<A>) | undefined;
  /**
   * Whether a domain must be configured before its tables can be opened, listed, copied or dropped: else that is
   * `STORE_INVALID_OPERATION`, and a misspelt name no table of the default adapter. Default: false.
   */
  readonly strictDomains?: boolean | undefined;
}

const OPTIONS = ["adapter", "options", "mode", "strictDomains"];

/**
 * Creates a store whose domains are all backed by `adapter` until they are configured otherwise.
 *
 * The adapter's mode is the store's, but `mode: "async"` makes an async store of a sync adapter: then every call returns
 * a promise, and domains may have adapters of both kinds.
 */
export function createStore<A extends Adapter, M extends Mode = A["mode"]>(
  config: DomainInput<A> & StoreOptions<A, M>,
): Store<M> {
  try {
    const initial = domainConfig(config, config?.mode, OPTIONS);
    const mode = checkMode(config.mode) ?? initial.adapter.mode;
    return openStore(initial, mode, checkStrictDomains(config.strictDomains)) as Store<M>;
  } catch (error) {
    throw locate("createStore", error);
  }
}

function openStore<M extends Mode>(initial: DomainConfig, mode: M, isStrict: boolean): unknown {
  const store = {};
  const registry = new DomainRegistry(initial);
  const runner = runnerOf(mode);
  const gate = new MigrationGate(runner);
  const turns = new Turns();
  const backends = new StoreBackends<M>({ store, mode, turns });
  let closing: Result<M, void> | undefined;
  let isOpen = true;

  const site: CallSite = {
    turns,
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
      const name = checkDomain(domain);
      const configured = domainConfig(config, mode);
      site.checkOpen();
      registry.set(name, configured);
    }),
    domainConfig: call("domainConfig", (domain: unknown) => registry.get(checkDomain(domain))),
    adapterModule: call(
      "adapterModule",
      (domain: unknown) => registry.get(checkDomain(domain)).adapter,
    ),
    resetDomain: call("resetDomain", (domain: unknown) => registry.reset(checkDomain(domain))),
    clear: call("clear", () => registry.clear()),
    migrateDomain: call("migrateDomain", (domain: unknown, config: unknown, options: unknown) =>
      migrate(domainMigration, domain, config, options),
    ),
    copyDomain: call("copyDomain", (domain: unknown, config: unknown, options: unknown) =>
      migrate(domainCopy, domain, config, options),
    ),
    ensureTables: call("ensureTables", () => undefined),

    ensureTable: call("ensureTable", (domain: unknown, name: unknown, options: unknown) => {
      const known = knownDomain(domain);
      const checked = checkTableName(name);
      const settings = tableSettings(options);
      return inDomain(known, () =>
        backends.of(registry.get(known)).ensureTable(known, checked, settings),
      );
    }) as StoreMembers<M>["ensureTable"],
    tables: call("tables", (domain: unknown) => {
      const known = knownDomain(domain);
      return inDomain(known, () => backends.of(registry.get(known)).tables(known));
    }),
    dropTable: call("dropTable", (domain: unknown, name: unknown) => {
      const known = knownDomain(domain);
      const checked = checkTableName(name);
      return inDomain(known, () => backends.of(registry.get(known)).dropTable(known, checked));
    }),
    closeTable: call("closeTable", (given: unknown) => {
      const name = checkTableName(given);
      const close = () => backends.inEachDurable(name, (table) => table.close());
      return runner.run(gate.pass(undefined, close));
    }),
    syncTable: call("syncTable", (name: unknown) =>
      runner.run(backends.inEachDurable(checkTableName(name), (table) => table.sync())),
    ),
    flushCounters: call("flushCounters", (name: unknown) =>
      runner.run(backends.inEachDurable(checkTableName(name), (table) => table.flushCounters())),
    ),
    batch: () => {
      try {
        site.checkOpen();
        return createBatch(site, mode, store) as ReturnType<StoreMembers<M>["batch"]>;
      } catch (error) {
        throw locate(site.describe("batch", []), error);
      }
    },

    close: callerOf({ ...site, checkOpen: () => {} }, mode)("close", () => {
      if (isOpen) {
        gate.checkMayWait();
        isOpen = false;
        backends.shut();
        closing = runner.run(closeAll());
      }
      return closing;
    }),
  };
  giveAccess(store, {
    domains: call("domains", () =>
      runner.run(
        gate.pass(undefined, () => {
          site.checkOpen();
          return domainsOf(registry, backends, isStrict);
        }),
      ),
    ) as StoreAccess["domains"],
  });
  const dispose = mode === "sync" ? Symbol.dispose : Symbol.asyncDispose;
  return Object.freeze(Object.assign(store, members, { [dispose]: members.close }));

  /** The domain, if its tables may be asked for. */
  function knownDomain(domain: unknown): string {
    const name = checkDomain(domain);
    if (!isStrict || registry.has(name)) return name;
    throw new Refusal(
      "STORE_INVALID_OPERATION",
      `domain ${describe(name)} was never configured, and the store has strictDomains`,
    );
  }

  /** What opens, lists or drops tables of a domain: when no migration of it is under way. */
  function inDomain<T>(domain: string, begin: () => Steps<T>): Result<M, T> {
    return runner.run(
      gate.pass(domain, () => {
        site.checkOpen();
        return begin();
      }),
    );
  }

  function migrate(
    make: (request: MigrationRequest<M>) => Migration,
    domain: unknown,
    config: unknown,
    options: unknown,
  ) {
    const known = knownDomain(domain);
    const target = domainConfig(config, mode);
    const onProgress = progressOf(options);
    const { checkOpen } = site;
    const request = { domain: known, target, onProgress, registry, backends, runner, checkOpen };
    return runner.run(
      gate.migrate(() => {
        checkOpen();
        return make(request);
      }),
    );
  }

  function* closeAll(): Steps<void> {
    yield* gate.waitForAll();
    yield* backends.close();
  }
}
