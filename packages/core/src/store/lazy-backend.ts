import type { AdapterBackend } from "../adapter/adapter.js";
import type { BatchOperation } from "../adapter/adapter-batch.js";
import type { TableType } from "../adapter/adapter-table.js";
import type { Mode, Result } from "../adapter/mode.js";
import {
  failing,
  nothing,
  type Runner,
  runnerOf,
  type Steps,
  same,
  settling,
  step,
} from "../adapter/steps.js";
import { WriteQueue } from "../adapter/write-queue.js";
import { planBatch } from "../batch/plan-batch.js";
import { describe } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";
import type { DomainConfig } from "./domain-registry.js";
import type { TableSettings } from "./table-slot.js";
import { toolkit } from "./toolkit.js";

/** The backend of an adapter: opened when it is needed first, and held to what the adapter declares. */
export class LazyBackend<M extends Mode> {
  readonly #config: DomainConfig;
  /** Of the store's mode: waits for what others began. */
  readonly #runner: Runner<M>;
  /** Of the adapter's mode: for its methods. */
  readonly #adapterRunner: Runner<Mode>;
  #opened: Result<M, AdapterBackend> | undefined;
  /** The adapter's backend, once it is there. */
  #backend: AdapterBackend | undefined;
  /** Where core plans the batches of an async adapter, no write of any of its tables may come between. */
  readonly #queue = new WriteQueue();

  constructor(config: DomainConfig, mode: M) {
    this.#config = config;
    this.#runner = runnerOf(mode);
    this.#adapterRunner = runnerOf(config.adapter.mode);
  }

  /** The adapter's backend, opened when it is needed first. One that failed to open is tried again the next time. */
  *get(): Steps<AdapterBackend> {
    this.#opened ??= this.#runner.run(this.#open());
    const opened = this.#opened;
    try {
      this.#backend = yield* step(opened as AdapterBackend);
      return this.#backend;
    } catch (error) {
      if (this.#opened === opened) this.#opened = undefined;
      throw error;
    }
  }

  *#open(): Steps<AdapterBackend> {
    const { adapter, options } = this.#config;
    const backend = yield* step(
      this.#adapterRunner.map(adapter.open(options, toolkit, this.#runner.mode), same),
    );
    const given = Object(backend) as Partial<AdapterBackend>;
    const missing = (["openTable", "tables", "dropTable", "close"] as const).filter(
      (method) => typeof given[method] !== "function",
    );
    const lacksBatches =
      adapter.capabilities.batches &&
      typeof given.transact !== "function" &&
      (adapter.capabilities.shared || typeof given.applyChanges !== "function");
    if (missing.length === 0 && !lacksBatches) return backend;
    const lacks = [
      ...missing,
      ...(lacksBatches ? [adapter.capabilities.shared ? "transact" : "applyChanges"] : []),
    ].join(", ");
    throw new Refusal(
      "STORE_INVALID_ADAPTER",
      `adapter ${describe(adapter.name)} opened a backend without ${lacks}`,
    );
  }

  /** What calls that have done their work wait for, if anything; see {@link AdapterBackend.settled}. */
  get settled(): (() => Promise<void> | undefined) | undefined {
    const backend = this.#backend;
    if (this.#runner.mode === "sync" || this.#config.adapter.mode === "async") return undefined;
    return backend?.settled && (() => backend.settled?.());
  }

  /** The queue that all writes of the backend go through; undefined where they need none. */
  get queue(): WriteQueue | undefined {
    const { capabilities, mode } = this.#config.adapter;
    const isPlanned = capabilities.batches && this.#backend?.transact === undefined;
    return isPlanned && mode === "async" ? this.#queue : undefined;
  }

  /** Does the operations of a batch, on tables that are open: so the backend is. */
  transact(
    operations: readonly BatchOperation<Mode>[],
  ): Result<Mode, readonly unknown[] | undefined> {
    const backend = this.#backend as AdapterBackend;
    if (backend.transact !== undefined) return backend.transact(operations);
    const run = () => this.#adapterRunner.run(this.#planned(backend, operations));
    return this.#config.adapter.mode === "sync" ? run() : this.#queue.run(async () => await run());
  }

  *#planned(
    backend: AdapterBackend,
    operations: readonly BatchOperation<Mode>[],
  ): Steps<readonly unknown[] | undefined> {
    const plan = yield* step(planBatch(operations, this.#config.adapter.mode));
    if (plan === undefined) return undefined;
    if (plan.changes.length > 0) yield* step(backend.applyChanges?.(plan.changes));
    return plan.results;
  }

  /** Refuses a type of table that the adapter hasn't. */
  checkSupported(type: TableType | undefined): void {
    const { adapter } = this.#config;
    const { ordered, bags } = adapter.capabilities;
    const supported = type === "ordered_set" ? ordered : type?.endsWith("bag") ? bags : true;
    if (supported) return;
    throw new Refusal("STORE_NOT_SUPPORTED", `adapter ${describe(adapter.name)} has no ${type}`);
  }

  /** Refuses settings of records that expire where the adapter has no expiry. */
  checkExpiry({ expireAfter }: TableSettings): void {
    const { adapter } = this.#config;
    if (expireAfter === undefined || adapter.capabilities.expiry) return;
    throw new Refusal("STORE_NOT_SUPPORTED", `adapter ${describe(adapter.name)} has no expiry`);
  }

  /** Closes it if it was opened. Returns the failure, if there is one. */
  *close(): Steps<{ error: unknown } | undefined> {
    if (this.#opened === undefined) return undefined;
    const backend = yield* settling(this.#opened as Result<Mode, AdapterBackend>);
    return backend && (yield* failing(() => this.#adapterRunner.map(backend.close(), nothing)));
  }
}
