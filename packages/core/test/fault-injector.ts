import type { Adapter, AdapterBackend, AdapterTable, Mode } from "../src/index.js";
import { type ArrayOptions, arrayAdapter, asyncArrayAdapter } from "./array-adapter.js";

/** Adapters that count the calls of their hooks all together, make one of them fail, and keep account of open tables. */
export class FaultInjector {
  readonly error = new Error("injected");
  /** The tables that are open, as `adapter/table`. */
  readonly open = new Set<string>();
  /** What failed, as `adapter.hook`. */
  failed: string[] = [];
  #calls = 0;
  #isFaulty: (call: number, what: string) => boolean = () => false;

  /** From now on, hooks fail for which `isFaulty` says so; calls count from 1. */
  arm(isFaulty: (call: number, what: string) => boolean): void {
    this.#calls = 0;
    this.failed = [];
    this.#isFaulty = isFaulty;
  }

  disarm(): void {
    this.#isFaulty = () => false;
  }

  /** An {@link arrayAdapter}, sync or async, whose calls it counts. */
  adapter(mode: Mode, name: string): Adapter<ArrayOptions> {
    const right: Adapter = mode === "sync" ? arrayAdapter({ name }) : asyncArrayAdapter({ name });
    return {
      ...right,
      open: this.#guarded(`${name}.open`, (options, toolkit) =>
        then(right.open(options, toolkit), (backend) => this.#backend(backend, name)),
      ),
    };
  }

  #backend({ openTable, close }: AdapterBackend, name: string): AdapterBackend {
    return {
      openTable: this.#guarded(`${name}.openTable`, (table, type) =>
        then(openTable(table, type), (opened) => {
          this.open.add(`${name}/${table}`);
          return this.#table(opened, name, table);
        }),
      ),
      close,
    };
  }

  #table(right: AdapterTable, adapter: string, name: string): AdapterTable {
    const hooks = Object.entries(right).map(([hook, call]) => [
      hook,
      typeof call === "function" ? this.#guarded(`${adapter}.${hook}`, call) : call,
    ]);
    const table: AdapterTable = Object.fromEntries(hooks);
    const close = () => {
      // A table that fails to close is released all the same.
      this.open.delete(`${adapter}/${name}`);
      return table.close();
    };
    return { ...table, close };
  }

  #guarded<A extends unknown[], T>(what: string, hook: (...args: A) => T): (...args: A) => T {
    return (...args) => {
      if (this.#isFaulty(++this.#calls, what)) {
        this.failed.push(what);
        throw this.error;
      }
      return hook(...args);
    };
  }
}

function then<A, B>(result: A | Promise<A>, next: (value: A) => B): B | Promise<B> {
  return result instanceof Promise ? result.then(next) : next(result);
}
