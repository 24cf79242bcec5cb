import type { Adapter, AdapterBackend, AdapterTable, Mode } from "../../src/index.js";
import { type ArrayOptions, arrayAdapter, asyncArrayAdapter } from "./array-adapter.js";

/** Adapters that count the calls of their methods all together, make one of them fail, and keep account of open tables. */
export class FaultInjector {
  readonly error = new Error("injected");
  /** The tables that are open, as `adapter/table`. */
  readonly open = new Set<string>();
  /** What failed, as `adapter.method`. */
  failed: string[] = [];
  #calls = 0;
  #isFaulty: (call: number, what: string) => boolean = () => false;

  /** From now on, methods fail for which `isFaulty` says so; calls count from 1. */
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

  #backend(right: AdapterBackend, name: string): AdapterBackend {
    const { openTable, tables, dropTable, close } = right;
    return {
      openTable: this.#guarded(`${name}.openTable`, (domain, table, type) =>
        then(openTable(domain, table, type), (opened) => {
          this.open.add(`${name}/${table}`);
          return this.#table(opened, name, table);
        }),
      ),
      tables: this.#guarded(`${name}.tables`, tables),
      dropTable: this.#guarded(`${name}.dropTable`, dropTable),
      close,
    };
  }

  #table(right: AdapterTable, adapter: string, name: string): AdapterTable {
    const methods = Object.entries(right).map(([method, call]) => [
      method,
      typeof call === "function" ? this.#guarded(`${adapter}.${method}`, call) : call,
    ]);
    const table: AdapterTable = Object.fromEntries(methods);
    const close = () => {
      // A table that fails to close is released all the same.
      this.open.delete(`${adapter}/${name}`);
      return table.close();
    };
    return { ...table, close };
  }

  #guarded<A extends unknown[], T>(what: string, method: (...args: A) => T): (...args: A) => T {
    return (...args) => {
      if (this.#isFaulty(++this.#calls, what)) {
        this.failed.push(what);
        throw this.error;
      }
      return method(...args);
    };
  }
}

function then<A, B>(result: A | Promise<A>, next: (value: A) => B): B | Promise<B> {
  return result instanceof Promise ? result.then(next) : next(result);
}
