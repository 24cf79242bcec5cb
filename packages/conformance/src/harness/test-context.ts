import {
  type Adapter,
  type Capabilities,
  createStore,
  type Mode,
  type TableType,
} from "@store/core";
import type { AnyStore, AnyTable } from "../backend/any-store.js";
import { createBackend } from "../backend/create-backend.js";
import type { AdapterProcesses, BackendConfig, ConformanceOptions } from "../backend/options.js";
import { equal } from "../model/equality.js";
import { AdapterProcess } from "../processes/adapter-process.js";

/** What differs between a store and the usual one of its test. */
export interface StoreConfig {
  readonly backend?: BackendConfig;
  readonly mode?: Mode;
  readonly strictDomains?: boolean;
}

/**
 * What one test works on: a backend of its own, and stores on it in the mode that the test runs in. The context
 * remembers everything that it makes; {@link TestContext.end} closes and removes all of it.
 */
export class TestContext {
  readonly backend: BackendConfig;
  /** The mode of the stores. */
  readonly mode: Mode;
  /** How often a random test runs its property. */
  readonly runs: number;
  readonly options: ConformanceOptions;
  readonly #cleanups: (() => unknown)[];
  readonly #stores: AnyStore[] = [];
  readonly #processes: AdapterProcess[] = [];
  #store: AnyStore | undefined;

  private constructor(
    backend: BackendConfig,
    mode: Mode,
    runs: number,
    options: ConformanceOptions,
    cleanups: (() => unknown)[],
  ) {
    this.backend = backend;
    this.mode = mode;
    this.runs = runs;
    this.options = options;
    this.#cleanups = cleanups;
  }

  /** A context on a new backend. Default of `mode`: the adapter's own. */
  static async begin(options: ConformanceOptions, runs: number, mode?: Mode): Promise<TestContext> {
    const { backend, cleanup } = await createBackend(options);
    return new TestContext(backend, mode ?? backend.adapter.mode, runs, options, [cleanup]);
  }

  get adapter(): Adapter {
    return this.backend.adapter;
  }

  get capabilities(): Capabilities {
    return this.adapter.capabilities;
  }

  /** The store of this context, created on first use. */
  get store(): AnyStore {
    this.#store ??= this.openStore();
    return this.#store;
  }

  /** Another store. Default: on the same backend, in the same mode. */
  openStore({ backend = this.backend, mode = this.mode, ...rest }: StoreConfig = {}): AnyStore {
    const store = createStore({ ...backend, ...rest, mode: mode as "async" }) as AnyStore;
    this.#stores.push(store);
    return store;
  }

  /** A table of {@link store}. */
  async table(type: TableType = "set", name = "t", domain = "d"): Promise<AnyTable> {
    return this.store.ensureTable(domain, name, { type });
  }

  /** Another backend. If adapter and options equal those of the first, it gets a copy of the adapter, and so isn't shared. */
  async anotherBackend(): Promise<BackendConfig> {
    const { backend, cleanup } = await createBackend(this.options);
    this.#cleanups.push(cleanup);
    const isSame = backend.adapter === this.adapter && equal(backend.options, this.backend.options);
    return isSame ? { ...backend, adapter: variant(backend.adapter, {}) } : backend;
  }

  /** Another context, which ends with this one. */
  async another(mode: Mode = this.mode): Promise<TestContext> {
    const context = await TestContext.begin(this.options, this.runs, mode);
    this.#cleanups.push(() => context.end());
    return context;
  }

  /** Starts a process whose store is on the backend of this context. */
  async startProcess(processes: AdapterProcesses): Promise<AdapterProcess> {
    const started = new AdapterProcess(processes);
    this.#processes.push(started);
    await started.setUp(this.backend);
    return started;
  }

  /** Starts several processes at the same time. */
  startProcesses(processes: AdapterProcesses, count: number): Promise<AdapterProcess[]> {
    return Promise.all(Array.from({ length: count }, () => this.startProcess(processes)));
  }

  /** Kills all processes, closes all stores and removes all backends, also when a step fails. Throws the first failure. */
  async end(): Promise<void> {
    const failures: unknown[] = [];
    const steps = [
      ...this.#processes.map((process) => () => process.kill()),
      ...this.#stores.map((store) => () => store.close()),
      ...this.#cleanups,
    ];
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** The same adapter, but for some members. A new object, whatever the adapter is made of. */
export function variant(adapter: Adapter, changed: Partial<Adapter>): Adapter {
  return {
    name: adapter.name,
    mode: adapter.mode,
    contractVersion: adapter.contractVersion,
    capabilities: adapter.capabilities,
    normalizeOptions: (options) => adapter.normalizeOptions(options),
    open: (options, toolkit) => adapter.open(options, toolkit),
    ...changed,
  };
}
