import { _, type Batch as Changes, type ElementsOf, type Table } from "@store/core";
import type { EventRecord, RunRecord, Tables } from "./tables.js";

interface RunTables extends Pick<Tables, "runs" | "steps" | "claims" | "events"> {
  /** `store.batch`, where the adapter of these tables has batches. */
  batch?(): Changes;
}

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
 * With a `batch` a run and its event are one change of two tables: both are on record, or none. Not every adapter has
 * batches, and what a step stores isn't in one. So it is the order that matters:
 *
 * 1. What is said to be there is on disk before it is said: a batch before its event, and all events before the run is
 *    done. So it is there whatever died, the process or the machine. What isn't said yet may be there, too; it is done
 *    again.
 * 2. Where a step goes on is what its events say. Its record is written besides; after a death it may say something
 *    else, and is set right.
 */
export class Run {
  readonly id: string;
  readonly #tables: RunTables;
  readonly #record: RunRecord;
  #steps = 0;
  #records = 0;

  /** Starts a run, if no other has claimed the subject. */
  static start(tables: RunTables, id: string, subject: string): Run | undefined {
    const { claims, runs } = tables;
    const claim: [string, string] = [subject, id];
    const record: RunRecord = [id, "running", { subject, startedAt: Date.now(), pid: process.pid }];
    const run = new Run(tables, record);
    if (tables.batch !== undefined) {
      const batch = tables.batch().insertNew(claims, claim).insert(runs, record);
      return run.#commit(batch, "started", 0) ? run : undefined;
    }
    if (!claims.insertNew(claim)) return undefined;
    runs.insert(record);
    run.#report(0, "started", 0);
    return run;
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
    if (!isOurs) return undefined;
    const run = new Run(tables, record);
    run.#report(0, "resumed", 0);
    return run;
  }

  private constructor(tables: RunTables, record: RunRecord) {
    [this.id] = record;
    this.#tables = tables;
    this.#record = record;
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
    const { batch, runs, steps, events } = this.#tables;
    const [id, , run] = this.#record;
    const done: RunRecord = [id, "done", run];
    if (batch !== undefined) {
      return this.#commit(batch().replace(runs, this.#record, done), "done", this.#records);
    }
    steps.sync();
    events.sync();
    const finished = runs.replace(this.#record, done);
    if (finished) this.#report(0, "done", this.#records);
    return finished;
  }

  /** Makes the changes and tells of them, or does neither. */
  #commit(changes: Changes, what: EventRecord[3], records: number): boolean {
    return changes.append(this.#tables.events, null, ...this.#event(0, what, records)).commit();
  }

  #report(step: number, what: EventRecord[3], records: number): void {
    this.#tables.events.append(null, ...this.#event(step, what, records));
  }

  #event(step: number, what: EventRecord[3], records: number): ElementsOf<EventRecord> {
    return [this.id, step, what, records, Date.now()];
  }
}
