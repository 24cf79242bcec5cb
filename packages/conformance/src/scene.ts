import {
  type Adapter,
  type Capabilities,
  createStore,
  type Mode,
  type Store,
  type StoreRecord,
  type Table,
  type TableType,
} from "@store/core";
import { makePlace } from "./factory.js";
import { equal } from "./model/equality.js";
import type { AdapterProcesses, ConformanceOptions, Place } from "./options.js";
import { AdapterProcess } from "./processes/adapter-process.js";

/** A store of either colour. What a member returns is awaited: that does no harm to a value. */
export type AnyStore = Store<Mode>;
/** A table of either colour, of any records. */
export type AnyTable = Table<StoreRecord, Mode>;

/** How a store for a test is made, where it isn't the usual one. */
export interface StoreConfig {
  readonly place?: Place;
  readonly mode?: Mode;
}

/**
 * What one test works on: a place of its own, and stores in it of the colour that the test is run for. It keeps account
 * of everything that it makes, and {@link Scene.end} undoes it.
 */
export class Scene {
  readonly place: Place;
  /** The colour of the stores. */
  readonly mode: Mode;
  /** How often a random test runs its property. */
  readonly runs: number;
  readonly options: ConformanceOptions;
  readonly #cleanups: (() => unknown)[];
  readonly #stores: AnyStore[] = [];
  readonly #processes: AdapterProcess[] = [];
  #store: AnyStore | undefined;

  private constructor(
    place: Place,
    mode: Mode,
    runs: number,
    options: ConformanceOptions,
    cleanups: (() => unknown)[],
  ) {
    this.place = place;
    this.mode = mode;
    this.runs = runs;
    this.options = options;
    this.#cleanups = cleanups;
  }

  /** A scene in a new place, in the adapter's own mode if none is given. */
  static async begin(options: ConformanceOptions, runs: number, mode?: Mode): Promise<Scene> {
    const { place, cleanup } = await makePlace(options);
    return new Scene(place, mode ?? place.adapter.mode, runs, options, [cleanup]);
  }

  get adapter(): Adapter {
    return this.place.adapter;
  }

  get capabilities(): Capabilities {
    return this.adapter.capabilities;
  }

  /** The store of this scene, made when it is first asked for. */
  get store(): AnyStore {
    this.#store ??= this.openStore();
    return this.#store;
  }

  /** Another store, in the same place if none is given. */
  openStore({ place = this.place, mode = this.mode }: StoreConfig = {}): AnyStore {
    const store = createStore({ ...place, mode: mode as "async" }) as AnyStore;
    this.#stores.push(store);
    return store;
  }

  /** A table of {@link store}. */
  async table(type: TableType = "set", name = "t", domain = "d"): Promise<AnyTable> {
    return this.store.ensureTable(domain, name, { type });
  }

  /** Another place, and one that no store takes for the same: what lives with the adapter is given another adapter. */
  async anotherPlace(): Promise<Place> {
    const { place, cleanup } = await makePlace(this.options);
    this.#cleanups.push(cleanup);
    const isSame = place.adapter === this.adapter && equal(place.options, this.place.options);
    return isSame ? { ...place, adapter: variant(place.adapter, {}) } : place;
  }

  /** Another scene, which ends with this one. */
  async another(mode: Mode = this.mode): Promise<Scene> {
    const scene = await Scene.begin(this.options, this.runs, mode);
    this.#cleanups.push(() => scene.end());
    return scene;
  }

  /** Another process in the place of this scene. */
  async startProcess(processes: AdapterProcesses): Promise<AdapterProcess> {
    const started = new AdapterProcess(processes);
    this.#processes.push(started);
    await started.settle(this.place);
    return started;
  }

  /** Several of them, which start at the same time. */
  startProcesses(processes: AdapterProcesses, count: number): Promise<AdapterProcess[]> {
    return Promise.all(Array.from({ length: count }, () => this.startProcess(processes)));
  }

  /** Kills all processes, closes all stores and removes all places, even when some of that fails; the first failure is thrown. */
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
