import { randomUUID } from "node:crypto";
import type { Batch, Store, Table } from "@store/core";

/** What is to be done, plain data; how often it was begun, and why it failed last. */
export interface Job {
  readonly payload: unknown;
  readonly attempts: number;
  readonly error?: string;
}

/** A job that a worker holds. As long as the lease lasts, nobody else gets it. */
export interface Claim {
  readonly id: string;
  readonly job: Job;
  readonly due: number;
  /** Tells this claim from a later one of the same job. */
  readonly token: string;
}

export interface QueueOptions {
  /** How long a worker holds a job, in milliseconds, unless it renews the lease. */
  readonly leaseMs: number;
  /** After so many attempts, failed or lost with their worker, a job goes to the dead letters. */
  readonly maxAttempts: number;
  /** How long to wait after so many attempts, in milliseconds. */
  backoffMs(attempts: number): number;
}

type DueRecord = [at: [due: number, id: string], job: Job];
type LeaseRecord = [id: string, token: string];
type JobRecord = [id: string, job: Job];

const DONE_IS_KEPT_MS = 24 * 60 * 60 * 1000;

/** Opens the tables of a queue; whichever adapter backs the domain, it needs batches and expiry. */
export async function openQueue(store: Store<"async">, domain: string, options: QueueOptions) {
  return new Queue(store, options, {
    ids: await store.ensureTable<[id: string]>(domain, "ids"),
    due: await store.ensureTable<DueRecord>(domain, "due", { type: "ordered_set" }),
    leases: await store.ensureTable<LeaseRecord>(domain, "leases"),
    done: await store.ensureTable<JobRecord>(domain, "done", { expireAfter: DONE_IS_KEPT_MS }),
    dead: await store.ensureTable<JobRecord>(domain, "dead"),
  });
}

interface Tables {
  /** Of all jobs that are due, now or later. */
  readonly ids: Table<[id: string], "async">;
  readonly due: Table<DueRecord, "async">;
  readonly leases: Table<LeaseRecord, "async">;
  readonly done: Table<JobRecord, "async">;
  readonly dead: Table<JobRecord, "async">;
}

export class Queue {
  readonly tables: Tables;
  readonly #store: Store<"async">;
  readonly #options: QueueOptions;

  constructor(store: Store<"async">, options: QueueOptions, tables: Tables) {
    this.#store = store;
    this.#options = options;
    this.tables = tables;
  }

  /** Adds a job, from `due` on. False if there was one of this id: adding it again after a crash does no harm. */
  add(id: string, payload: unknown, due = Date.now()): Promise<boolean> {
    const { ids, due: jobs, done, dead } = this.tables;
    return this.#store
      .batch()
      .insertNew(ids, [id])
      .check(done, id, undefined)
      .check(dead, id, undefined)
      .insert(jobs, [[due, id], { payload, attempts: 0 }])
      .commit();
  }

  /** The job that is due longest and that nobody holds, now held by the caller; undefined if there is none. */
  async claim(): Promise<Claim | undefined> {
    const { due: jobs, leases } = this.tables;
    const now = Date.now();
    for await (const record of jobs.records({ lt: [now + 1] })) {
      const [[due, id], job] = record;
      const claim = { id, due, job: { ...job, attempts: job.attempts + 1 }, token: randomUUID() };
      if (job.attempts >= this.#options.maxAttempts) {
        const lost = { ...job, error: job.error ?? "its worker died" };
        const free = this.#store
          .batch()
          .check(leases, id, undefined)
          .check(jobs, [due, id], record);
        await this.#bury(free, { ...claim, job: lost });
        continue;
      }
      // Counted now, not when it fails: a job that kills its workers must come to an end, too.
      const isMine = await this.#store
        .batch()
        .insertNew(leases, [id, claim.token], { expiresAt: now + this.#options.leaseMs })
        .replace(jobs, record, [[due, id], claim.job])
        .commit();
      if (isMine) return claim;
    }
    return undefined;
  }

  /** Holds the job for another lease. False if the lease has run out: somebody else may hold it. */
  renew({ id, token }: Claim): Promise<boolean> {
    const { leases } = this.tables;
    const expiresAt = Date.now() + this.#options.leaseMs;
    return this.#store.batch().replace(leases, [id, token], [id, token], { expiresAt }).commit();
  }

  /** The job is done. False, and nothing changed, if the lease has run out. */
  complete(claim: Claim): Promise<boolean> {
    const { done } = this.tables;
    return this.#remove(this.#release(claim), claim).insert(done, [claim.id, claim.job]).commit();
  }

  /** The job comes again after a while, or goes to the dead letters. False, and nothing changed, if the lease has run out. */
  fail(claim: Claim, error: string): Promise<boolean> {
    const { maxAttempts, backoffMs } = this.#options;
    const job = { ...claim.job, error };
    const released = this.#release(claim);
    if (job.attempts >= maxAttempts) return this.#bury(released, { ...claim, job });
    const { due } = this.tables;
    const again = Date.now() + backoffMs(job.attempts);
    return released
      .delete(due, [claim.due, claim.id])
      .insert(due, [[again, claim.id], job])
      .commit();
  }

  /** Takes a dead letter back, as if it had never been tried. False if there is none of this id. */
  async revive(id: string): Promise<boolean> {
    const { ids, due, dead } = this.tables;
    const [record] = await dead.lookup(id);
    if (record === undefined) return false;
    const { payload } = record[1];
    return this.#store
      .batch()
      .check(dead, id, record)
      .delete(dead, id)
      .insert(ids, [id])
      .insert(due, [[Date.now(), id], { payload, attempts: 0 }])
      .commit();
  }

  /** When the next job may be claimed, as far as is known: one that is held counts as well. */
  async nextDue(): Promise<number | undefined> {
    return (await this.tables.due.first())?.[0];
  }

  /** What every end of a claim has in common: it is void if the lease is not this one any more. */
  #release({ id, token }: Claim): Batch<"async"> {
    const { leases } = this.tables;
    return this.#store.batch().check(leases, id, [id, token]).delete(leases, id);
  }

  #bury(batch: Batch<"async">, claim: Claim): Promise<boolean> {
    return this.#remove(batch, claim).insert(this.tables.dead, [claim.id, claim.job]).commit();
  }

  #remove(batch: Batch<"async">, { id, due }: Claim): Batch<"async"> {
    return batch.delete(this.tables.due, [due, id]).delete(this.tables.ids, id);
  }
}
