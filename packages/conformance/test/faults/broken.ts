import type {
  Adapter,
  AdapterTable,
  Capabilities,
  Key,
  ScanRange,
  StoreRecord,
  Toolkit,
} from "@store/core";
import type { ConformanceOptions } from "../../src/index.js";
import { serializing } from "../adapters/durable-adapter.js";
import { minimalAdapter, minimalTable, type Shelf } from "../adapters/minimal-adapter.js";

/** An adapter with one thing wrong, and the suite that must find it. */
export interface Fault {
  /** Completes: "the kit fails an adapter that …" */
  readonly name: string;
  /** How the name of the suite begins. */
  readonly suite: string;
  /** How the title of the test begins that must fail. Default: any test of the suite. */
  readonly test?: string;
  readonly options: ConformanceOptions;
  /** How often the tests are run until one fails. Default: once. */
  readonly attempts?: number;
}

export type SyncTable = AdapterTable<"sync">;

/** For an adapter whose tables live as long as their store. */
export function from(adapter: Adapter): ConformanceOptions {
  return { createAdapter: () => adapter };
}

/** The minimal adapter with some methods of its tables changed. */
export function withMethods(
  change: (right: SyncTable, shelf: Shelf, toolkit: Toolkit) => Partial<SyncTable>,
  capabilities: Partial<Capabilities> = {},
): ConformanceOptions {
  const adapter = minimalAdapter((shelf, toolkit) => {
    const right = minimalTable(shelf, toolkit);
    return { ...right, ...change(right, shelf, toolkit) };
  }, capabilities);
  return from(adapter);
}

/** The minimal adapter with other rules than core's. */
export function withRules(change: (right: Toolkit) => Partial<Toolkit>): ConformanceOptions {
  const adapter = minimalAdapter((shelf, toolkit) =>
    minimalTable(shelf, { ...toolkit, ...change(toolkit) }),
  );
  return from(adapter);
}

/** The minimal adapter, serializing by `copy`. */
export function copiedBy(copy: <T>(value: T) => T): ConformanceOptions {
  return from(minimalAdapter(serializing(minimalTable, copy), { serializes: true }));
}

/** Any adapter with the methods of its tables changed. */
export function withChangedMethods(
  adapter: Adapter<object, "sync">,
  change: (right: SyncTable) => Partial<SyncTable>,
): Adapter<object, "sync"> {
  return {
    ...adapter,
    open(options, toolkit) {
      const backend = adapter.open(options, toolkit);
      return {
        ...backend,
        openTable(domain, name, type) {
          const right = backend.openTable(domain, name, type);
          return { ...right, ...change(right) };
        },
      };
    },
  };
}

export function declaring(adapter: Adapter, capabilities: Partial<Capabilities>): Adapter {
  return { ...adapter, capabilities: { ...adapter.capabilities, ...capabilities } };
}

/** All records in the table's order. */
export function recordsOf({ first, next, lookup }: SyncTable): StoreRecord[] {
  const records: StoreRecord[] = [];
  for (let key = first(); key !== undefined; key = next(key)) records.push(...lookup(key));
  return records;
}

/** Whether a key lies in a range. */
export function isWithin(
  key: Key,
  { lower, upper }: ScanRange,
  compareKeys: Toolkit["compareKeys"],
): boolean {
  const above = lower === undefined ? 1 : compareKeys(key, lower.key);
  const below = upper === undefined ? -1 : compareKeys(key, upper.key);
  return (
    (above > 0 || (above === 0 && lower?.inclusive === true)) &&
    (below < 0 || (below === 0 && upper?.inclusive === true))
  );
}
