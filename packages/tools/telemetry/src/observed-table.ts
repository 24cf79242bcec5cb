import type { AdapterTable, Mode, Scan, TableUsage } from "@store/core";
import { CONCLUSIONS } from "./conclusions.js";
import { Counters, counterOf } from "./counters.js";
import { observedAsyncScan, observedScan } from "./observed-scan.js";
import type { TableOperation } from "./operation.js";
import type { Recorder } from "./recorder.js";
import { type CallPlace, StoreCall } from "./store-call.js";

/** A method of a table, whichever. */
export type Method = (...args: unknown[]) => unknown;

/** What observes the tables of a backend. */
export interface Observation<M extends Mode> {
  readonly recorder: Recorder;
  readonly mode: M;
  /** Whether calls of sync tables are counted also while nobody is told of them. */
  readonly counts: boolean;
  /** Whether a call of a sync backend is under way: what it does meanwhile is part of it. */
  isInside: boolean;
}

/** A table that is observed, and what is known of it. */
export class ObservedTable<M extends Mode> {
  readonly #table: AdapterTable<M>;
  readonly #place: CallPlace;
  readonly #observation: Observation<M>;
  readonly #counters = new Counters();

  constructor(table: AdapterTable<M>, place: CallPlace, observation: Observation<M>) {
    this.#table = table;
    this.#place = place;
    this.#observation = observation;
  }

  /** The same method, counted, and told of while somebody listens. Undefined where the adapter leaves it to core. */
  method(operation: TableOperation): Method | undefined {
    const method = this.#table[operation] as Method | undefined;
    if (method === undefined) return undefined;
    const observation = this.#observation;
    const counter = counterOf(operation);
    const own = (args: unknown[]): unknown => Reflect.apply(method, this.#table, args);
    const told =
      operation === "scan" || operation === "scanKeys"
        ? (args: unknown[]) => this.#scan(operation, own(args) as Scan<Mode, unknown>)
        : (args: unknown[]) => this.#call(operation, own, args);
    return (...args) => {
      if (observation.isInside) return own(args);
      (this.#counters.calls[counter] as number)++;
      return this.#countingErrors(() =>
        observation.recorder.isHeard(operation) ? told(args) : inside(observation, () => own(args)),
      );
    };
  }

  /** What the adapter says of the table, and the counters. */
  usage(): () => unknown {
    const own = this.#table.usage;
    const withCounters = (usage: TableUsage | undefined): TableUsage => ({
      ...usage,
      details: { ...usage?.details, telemetry: this.#counters.report() },
    });
    return () => {
      const usage: unknown = own?.call(this.#table);
      if (usage instanceof Promise) return usage.then(withCounters);
      return this.#observation.mode === "async"
        ? Promise.resolve(withCounters(undefined))
        : withCounters(usage as TableUsage | undefined);
    };
  }

  #call(
    operation: Exclude<TableOperation, "scan" | "scanKeys">,
    own: (args: unknown[]) => unknown,
    args: unknown[],
  ) {
    return this.#observation.recorder.record(
      new StoreCall(this.#place, operation),
      () => inside(this.#observation, () => own(args)),
      (call, result) => CONCLUSIONS[operation](call, result, args),
    );
  }

  #scan(operation: "scan" | "scanKeys", scan: Scan<Mode, unknown>): Scan<Mode, unknown> {
    const begin = () => this.#observation.recorder.begin(this.#place, operation);
    const ofRecords = operation === "scan";
    if (Symbol.asyncIterator in scan) return observedAsyncScan(scan, begin, ofRecords);
    return observedScan(scan, {
      begin,
      ofRecords,
      within: (step) => inside(this.#observation, step),
    });
  }

  /** Errors count, whether anybody listens or not. */
  #countingErrors(work: () => unknown): unknown {
    try {
      const result = work();
      if (result instanceof Promise) result.catch(() => this.#counters.errors++);
      return result;
    } catch (error) {
      this.#counters.errors++;
      throw error;
    }
  }
}

/** Calls of a sync backend nest; those of an async one are beside each other, and its tables don't call themselves here. */
export function inside<T>(observation: Observation<Mode>, work: () => T): T {
  if (observation.mode === "async") return work();
  observation.isInside = true;
  try {
    return work();
  } finally {
    observation.isInside = false;
  }
}
