import { setImmediate } from "node:timers/promises";
import { createStore, type TableType } from "@store/core";
import { LIVES } from "../model/life.js";
import type { Place } from "../options.js";
import type { AnyStore, AnyTable } from "../scene.js";

/** Longer than anybody waits for a frozen process: by then whoever should kill it is gone. */
const LONGEST_FREEZE_MS = 120_000;

/** What a process is told of the adapter. */
export interface Home {
  /** URL of the module. */
  readonly module: string;
  /** Name of the export. */
  readonly name: string;
  readonly options: Place["options"];
}

/** Which steps of which life a process goes through. */
export interface Stint {
  readonly life: keyof typeof LIVES;
  readonly from: number;
  readonly to: number;
  /** Stops the process dead when the last step has returned, before anything else has its turn. */
  readonly freeze?: boolean;
}

/** A process of the kit, from within: a store in the adapter's own mode, and tables of it. */
export class Resident {
  readonly #report: (step: number) => void;
  readonly #tables = new Map<string, AnyTable>();
  #store: AnyStore | undefined;

  /** @param report tells the kit how many steps have returned */
  constructor(report: (step: number) => void) {
    this.#report = report;
  }

  /** Imports the adapter and returns its name. */
  async settle({ module, name, options }: Home): Promise<string> {
    const exported: Readonly<Record<string, unknown>> = await import(module);
    if (!Object.hasOwn(exported, name)) {
      const names = Object.keys(exported).join(", ");
      throw new Error(`${module} has no export ${name}; it has: ${names}`);
    }
    const adapter = exported[name] as Place["adapter"];
    this.#store = createStore({ adapter, ...(options && { options }) }) as AnyStore;
    return adapter.name;
  }

  /** Opens a table. Reports step 0 right before. */
  async open(table: string, type: TableType): Promise<void> {
    this.#report(0);
    this.#tables.set(table, await this.#theStore.ensureTable("d", table, { type }));
  }

  /** Calls a method of an open table. */
  async call(table: string, method: CallableMember, ...args: unknown[]): Promise<unknown> {
    const receiver = this.#table(table);
    return Reflect.apply(receiver[method], receiver, args);
  }

  /** Calls a method with each of the lists of arguments, without waiting for one before the next. */
  async callMany(
    table: string,
    method: CallableMember,
    ...lists: readonly (readonly unknown[])[]
  ): Promise<unknown[]> {
    return Promise.all(lists.map((args) => this.call(table, method, ...args)));
  }

  /** Goes through a life on every open table, step by step. */
  async live({ life, from, to, freeze = false }: Stint): Promise<void> {
    for (let step = from; step <= to; step++) {
      for (const table of this.#tables.values()) await LIVES[life].step(table, step);
      if (freeze) continue;
      this.#report(step);
      // What goes on in the background has its turn.
      await setImmediate();
    }
    if (freeze) this.#freeze(to);
  }

  /** Closes a table. */
  async close(table: string): Promise<void> {
    await this.#table(table).close();
    this.#tables.delete(table);
  }

  #freeze(step: number): void {
    this.#report(step);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LONGEST_FREEZE_MS);
    process.kill(process.pid, "SIGKILL");
  }

  get #theStore(): AnyStore {
    if (this.#store === undefined) throw new Error("the process has no store yet");
    return this.#store;
  }

  #table(name: string): AnyTable {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`the process has no table ${name}`);
    return table;
  }
}

/** Methods of a table whose arguments and results can be sent to another process. */
export type CallableMember = "insert" | "insertNew" | "lookup" | "take" | "sync" | "updateCounter";
