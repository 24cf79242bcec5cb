import { _, type Table } from "@store/core";
import type { EventRecord, RunRecord, Tables } from "./tables.js";

type RunTables = Pick<Tables, "runs" | "steps" | "claims" | "events" | "sequences">;

/** A part of a step that is stored, and in the journal. */
export interface Batch {
  /** The name of the step. */
  readonly step: string;
  /** How many items it had. */
  readonly records: number;
}

/** What is done in a step: the table that it fills, from what, and how. */
export interface Step<T> {
  readonly table: Pick<Table, "name" | "sync">;
  /** The same in the same order whenever the run is resumed. */
  readonly items: readonly T[];
  readonly batchSize: number;
  /**
   * Stores the items from place `from` on, counted from 0. What was stored before a death may come again: storing it
   * twice must come to the same as storing it once.
   */
  store(batch: readonly T[], from: number): void;
}

/**
 * A piece of work that is on record while it is done: the run, its steps, and an event for whatever happens. If its
 * process dies, another can resume it.
 *
 * A call to a table happens whole or not at all, but no call spans two tables. So it is the order that matters:
 *
 * 1. What is said to be there is on disk before it is said: a batch before its event, and all events before the run is
 *    done. So it is there whatever died, the process or the machine. What isn't said yet may be there, too; it is done
 *    again.
 * 2. Where a step goes on is what its events say. Its record and the counter of events are written besides; after a
 *    death they may say something else, and are set right.
 */
export class Run {
  readonly id: string;
  readonly #tables: RunTables;
  readonly #record: RunRecord;
  #steps = 0;
  #records = 0;

  /** Starts a run, if no other has claimed the subject. */
  static start(tables: RunTables, id: string, subject: string): Run | undefined {
    if (!tables.claims.insertNew([subject, id])) return undefined;
    const record: RunRecord = [id, "running", { subject, startedAt: Date.now(), pid: process.pid }];
    tables.runs.insert(record);
    return new Run(tables, record, "started");
  }

  /**
   * Takes over the run that has claimed the subject, unless it is over. Only for who knows that its process is dead, as
   * the one who could open its tables does: each has one owner.
   */
  static resume(tables: RunTables, subject: string): Run | undefined {
    const { claims, runs } = tables;
    const [claim] = claims.lookup(subject);
    if (claim === undefined) return undefined;
    const [, id] = claim;
    // There is none if it died between its claim and its record.
    const [left] = runs.lookup(id);
    const startedAt = left?.[2].startedAt ?? Date.now();
    const record: RunRecord = [id, "running", { subject, startedAt, pid: process.pid }];
    const isOurs =
      left === undefined
        ? runs.insertNew(record)
        : left[1] === "running" && runs.replace(left, record);
    return isOurs ? new Run(tables, record, "resumed") : undefined;
  }

  private constructor(tables: RunTables, record: RunRecord, what: "started" | "resumed") {
    [this.id] = record;
    this.#tables = tables;
    this.#record = record;
    const { events, sequences } = tables;
    const last = events.last() ?? 0;
    // Behind, if the machine died: no number may come twice.
    const given = sequences.lookup("events")[0]?.[1] ?? 0;
    if (given < last) sequences.insert(["events", last]);
    this.#report(0, what, 0);
  }

  /** Does a step, or what is left of it, batch by batch: each that comes is stored, and in the journal. */
  *step<T>({ table, items, batchSize, store }: Step<T>): Generator<Batch, void> {
    const { steps, events } = this.#tables;
    const step = table.name;
    const number = ++this.#steps;
    const key: [string, number] = [this.id, number];
    const told = events.matchObject([_, this.id, number, _, _, _]);
    const wasTold = (what: EventRecord[3]) => told.some((event) => event[3] === what);
    let records = told.reduce((sum, [, , , what, n]) => (what === "stored" ? sum + n : sum), 0);
    const began = performance.now() - (steps.lookup(key)[0]?.[4] ?? 0);

    if (!wasTold("started")) this.#report(number, "started", 0);
    while (records < items.length) {
      const batch = items.slice(records, records + batchSize);
      store(batch, records);
      table.sync();
      this.#report(number, "stored", batch.length);
      records += batch.length;
      steps.insert([key, step, "running", records, performance.now() - began]);
      yield { step, records: batch.length };
    }
    if (!wasTold("done")) this.#report(number, "done", records);
    steps.insert([key, step, "done", records, performance.now() - began]);
    this.#records += records;
  }

  /** Ends the run, unless somebody has changed its record meanwhile. */
  finish(): boolean {
    const { runs, steps, events } = this.#tables;
    const [id, , run] = this.#record;
    steps.sync();
    events.sync();
    const finished = runs.replace(this.#record, [id, "done", run]);
    if (finished) this.#report(0, "done", this.#records);
    return finished;
  }

  #report(step: number, what: EventRecord[3], records: number): void {
    const { events, sequences } = this.#tables;
    const sequence = sequences.updateCounter("events", 1, ["events", 0]);
    events.insert([sequence, this.id, step, what, records, Date.now()]);
  }
}
