import { setImmediate } from "node:timers/promises";
import { createStore, type TableType } from "@store/core";
import type { AnyStore, AnyTable } from "../backend/any-store.js";
import type { BackendConfig } from "../backend/options.js";
import { commitStep } from "./joint-workload.js";
import { WORKLOADS } from "./workload.js";

/** Longer than the kit waits for a frozen process: after this time the kit itself has ended. */
const LONGEST_FREEZE_MS = 120_000;

/** Where a process finds the adapter. */
export interface WorkerConfig {
  /** URL of the module. */
  readonly module: string;
  /** Name of the export. */
  readonly name: string;
  readonly options: BackendConfig["options"];
}

/** Which steps of which workload a process runs. */
export interface WorkloadRun {
  /** "joint": a step is one batch over all tables. Of the others each table has the step for itself. */
  readonly workload: keyof typeof WORKLOADS | "joint";
  readonly from: number;
  readonly to: number;
  /** Blocks the process right after the last step has returned, before its event loop turns. */
  readonly freeze?: boolean;
}

/** What runs inside a process of the kit: a store in the adapter's own mode, and its open tables. */
export class Worker {
  readonly #report: (step: number) => void;
  readonly #tables = new Map<string, AnyTable>();
  #store: AnyStore | undefined;

  /** @param report tells the kit how many steps have returned */
  constructor(report: (step: number) => void) {
    this.#report = report;
  }

  /** Imports the adapter and returns its name. */
  async setUp({ module, name, options }: WorkerConfig): Promise<string> {
    const exported: Readonly<Record<string, unknown>> = await import(module);
    if (!Object.hasOwn(exported, name)) {
      const names = Object.keys(exported).join(", ");
      throw new Error(`${module} has no export ${name}; it has: ${names}`);
    }
    const adapter = exported[name] as BackendConfig["adapter"];
    this.#store = createStore({ adapter, ...(options && { options }) }) as AnyStore;
    return adapter.name;
  }

  /** Opens a table. Reports step 0 before it begins. */
  async open(table: string, type: TableType): Promise<void> {
    this.#report(0);
    this.#tables.set(table, await this.#theStore.ensureTable("d", table, { type }));
  }

  /** Calls a method of an open table. */
  async call(table: string, method: CallableMember, ...args: unknown[]): Promise<unknown> {
    const receiver = this.#table(table);
    return Reflect.apply(receiver[method], receiver, args);
  }

  /** Calls a method once for each list of arguments, all at the same time. */
  async callMany(
    table: string,
    method: CallableMember,
    ...lists: readonly (readonly unknown[])[]
  ): Promise<unknown[]> {
    return Promise.all(lists.map((args) => this.call(table, method, ...args)));
  }

  /** Commits batches, all at the same time, each of calls that name an open table. */
  async commitMany(batches: readonly (readonly BatchCall[])[]): Promise<boolean[]> {
    return Promise.all(
      batches.map((calls) => {
        const batch = this.#theStore.batch();
        for (const [table, member, ...args] of calls) {
          Reflect.apply(batch[member], batch, [this.#table(table), ...args]);
        }
        return batch.commit();
      }),
    );
  }

  /** Runs a workload on every open table, step by step. */
  async runWorkload({ workload, from, to, freeze = false }: WorkloadRun): Promise<void> {
    for (let step = from; step <= to; step++) {
      const tables = [...this.#tables.values()];
      if (workload === "joint") await commitStep(this.#theStore, tables, step);
      else for (const table of tables) await WORKLOADS[workload].step(table, step);
      this.#report(step);
      if (freeze) continue;
      // Gives work in the background a turn.
      await setImmediate();
    }
    if (freeze) freezeProcess();
  }

  /** Closes a table. */
  async close(table: string): Promise<void> {
    await this.#table(table).close();
    this.#tables.delete(table);
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

/** A call that adds to a batch: the name of a table, a member, its arguments. */
export type BatchCall = readonly [
  table: string,
  member: "insert" | "insertNew" | "updateCounter",
  ...args: unknown[],
];

/** Blocks the process until it is killed. */
function freezeProcess(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LONGEST_FREEZE_MS);
  process.kill(process.pid, "SIGKILL");
}
