import type { EventRecord, RunRecord, Tables } from "./tables.js";

type RunTables = Pick<Tables, "runs" | "steps" | "claims" | "events" | "sequences">;

/** A piece of work that is on record while it is done: the run, its steps, and an event for whatever happens. */
export class Run {
  readonly id: string;
  readonly #tables: RunTables;
  readonly #started: RunRecord;
  #steps = 0;
  #records = 0;

  /** Starts a run, if no other has claimed the subject. */
  static start(tables: RunTables, id: string, subject: string): Run | undefined {
    return tables.claims.insertNew([subject, id]) ? new Run(tables, id, subject) : undefined;
  }

  private constructor(tables: RunTables, id: string, subject: string) {
    this.id = id;
    this.#tables = tables;
    this.#started = [id, "running", { subject, startedAt: Date.now() }];
    tables.runs.insert(this.#started);
    this.#report(0, "started", 0);
  }

  /** Does a step batch by batch, and keeps its record up to date after each. */
  step<T>(
    name: string,
    batches: Iterable<readonly T[]>,
    work: (batch: readonly T[]) => void,
  ): void {
    const { steps } = this.#tables;
    const number = ++this.#steps;
    const key: [string, number] = [this.id, number];
    const began = performance.now();
    let records = 0;
    steps.insert([key, name, "running", 0, 0]);
    this.#report(number, "started", 0);
    for (const batch of batches) {
      work(batch);
      records = steps.updateCounter(key, [4, batch.length]);
      this.#report(number, "stored", batch.length);
    }
    steps.insert([key, name, "done", records, performance.now() - began]);
    this.#report(number, "done", records);
    this.#records += records;
  }

  /** Ends the run, unless somebody has changed its status meanwhile. */
  finish(): boolean {
    const [id, , run] = this.#started;
    const finished = this.#tables.runs.replace(this.#started, [id, "done", run]);
    if (finished) this.#report(0, "done", this.#records);
    return finished;
  }

  #report(step: number, what: EventRecord[3], records: number): void {
    const { events, sequences } = this.#tables;
    const sequence = sequences.updateCounter("events", 1, ["events", 0]);
    events.insert([sequence, this.id, step, what, records, Date.now()]);
  }
}
