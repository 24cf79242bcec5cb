import type { Mode, Result } from "../adapter/mode.js";
import { type Steps, step } from "../adapter/steps.js";
import type { Table } from "../table/table.js";
import { equalValues } from "../values/equality.js";
import type { StoreRecord } from "../values/record.js";
import { Backend, type BackendContext } from "./backend.js";
import type { DomainConfig } from "./domain-registry.js";

/** The backends of a store: one for each adapter and set of options. */
export class StoreBackends<M extends Mode> {
  readonly #context: BackendContext<M>;
  readonly #backends: Backend<M>[] = [];

  constructor(context: BackendContext<M>) {
    this.#context = context;
  }

  /** The backend of a configuration, if it was ever asked for. */
  known({ adapter, options }: DomainConfig): Backend<M> | undefined {
    return this.#backends.find(
      ({ config }) => config.adapter === adapter && equalValues(config.options, options),
    );
  }

  of(config: DomainConfig): Backend<M> {
    const known = this.known(config);
    if (known !== undefined) return known;
    const backend = new Backend(config, this.#context);
    this.#backends.push(backend);
    return backend;
  }

  /** Closes a backend that has no tables open. */
  *release(backend: Backend<M>): Steps<void> {
    this.#backends.splice(this.#backends.indexOf(backend), 1);
    yield* backend.close();
  }

  /** Acts on each open table of that name whose adapter is durable. All are tried; the first failure is thrown. */
  *inEachDurable(
    name: string,
    act: (table: Table<StoreRecord, M>) => Result<M, void>,
  ): Steps<void> {
    const durable = this.#backends.filter(({ config }) => config.adapter.capabilities.durable);
    yield* inEach(durable, function* (backend): Steps<void> {
      yield* inEach(yield* backend.openedTables(name), function* (table): Steps<void> {
        yield* step(act(table));
      });
    });
  }

  /** Lets no call of any table through any more. */
  shut(): void {
    for (const backend of this.#backends) backend.shut();
  }

  *close(): Steps<void> {
    yield* inEach([...this.#backends], (backend) => backend.close());
  }
}

/** Acts on each. All are tried; the first failure is thrown. */
function* inEach<T>(items: readonly T[], act: (item: T) => Steps<void>): Steps<void> {
  const failures: unknown[] = [];
  for (const item of items) {
    try {
      yield* act(item);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
