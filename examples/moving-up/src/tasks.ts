import type { Store, Table } from "@store/core";

type Task = { text: string; since: Date; isDone: boolean };
type TaskRecord = [number: number, task: Task];
type CountRecord = [name: "open" | "done", count: number];

/** Tasks, and how many there are. Nothing in here knows where they are kept. */
export class Tasks {
  readonly #store: Store<"async">;
  readonly #tasks: Table<TaskRecord, "async">;
  readonly #counts: Table<CountRecord, "async">;

  static async open(store: Store<"async">): Promise<Tasks> {
    return new Tasks(
      store,
      await store.ensureTable<TaskRecord>("tasks", "tasks", { type: "ordered_set" }),
      await store.ensureTable<CountRecord>("tasks", "counts"),
    );
  }

  private constructor(
    store: Store<"async">,
    tasks: Table<TaskRecord, "async">,
    counts: Table<CountRecord, "async">,
  ) {
    this.#store = store;
    this.#tasks = tasks;
    this.#counts = counts;
  }

  /** Returns the task's number. */
  async add(text: string): Promise<number> {
    const batch = this.#store
      .batch()
      .append(this.#tasks, null, { text, since: new Date(), isDone: false })
      .updateCounter(this.#counts, "open", 1, ["open", 0]);
    await batch.commit();
    return Number(batch.results?.[0]);
  }

  /** False if there is no such task, or it was done already. */
  async finish(number: number): Promise<boolean> {
    const [record] = await this.#tasks.lookup(number);
    if (record === undefined || record[1].isDone) return false;
    return this.#store
      .batch()
      .replace(this.#tasks, record, [number, { ...record[1], isDone: true }])
      .updateCounter(this.#counts, "open", -1)
      .updateCounter(this.#counts, "done", 1, ["done", 0])
      .commit();
  }

  async list(): Promise<string[]> {
    const lines: string[] = [];
    for await (const [number, { text, isDone }] of this.#tasks.records()) {
      lines.push(`${number} [${isDone ? "x" : " "}] ${text}`);
    }
    const open = await this.#counts.lookupElement("open", 2, 0);
    const done = await this.#counts.lookupElement("done", 2, 0);
    return [...lines, `${open} open, ${done} done`];
  }
}
