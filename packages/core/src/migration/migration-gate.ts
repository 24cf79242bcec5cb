import type { Mode, Result } from "../adapter/mode.js";
import { type Runner, type Steps, settling, step } from "../adapter/steps.js";
import { describe } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";
import type { MigratedTable } from "./domain-copy.js";

/** What keeps others from opening and closing tables: a domain that is migrated or copied. */
export interface Migration {
  readonly domain: string;
  run(): Steps<MigratedTable[]>;
}

/**
 * Keeps the migrations of a store, and the calls that open and close its tables, out of each other's way: one migration
 * at a time; it begins when the calls before it are through, and those that it concerns wait for its end.
 *
 * In a sync store nothing can wait. What comes in the course of a migration is called by it, by `onProgress` say, and
 * refused.
 */
export class MigrationGate<M extends Mode> {
  readonly #runner: Runner<M>;
  /** The calls that are under way. */
  readonly #calls = new Set<unknown>();
  /** The domains of the calls that have begun, and not returned yet: what comes now comes from within them. */
  readonly #beginning: (string | undefined)[] = [];
  #migration: Migration | undefined;
  #ending: Result<M, MigratedTable[]> | undefined;

  constructor(runner: Runner<M>) {
    this.#runner = runner;
  }

  /** Runs a migration. It is made when its turn has come. */
  *migrate(make: () => Migration): Steps<MigratedTable[]> {
    yield* this.waitForAll();
    const migration = make();
    this.#migration = migration;
    this.#ending = this.#runner.run(this.#run(migration));
    return yield* step(this.#ending as MigratedTable[]);
  }

  *#run(migration: Migration): Steps<MigratedTable[]> {
    try {
      this.#checkWithin(migration.domain);
      // A call that this one comes from within is there one step later.
      yield* step(undefined);
      for (const call of [...this.#calls]) yield* settling(call);
      return yield* migration.run();
    } finally {
      this.#migration = undefined;
    }
  }

  /**
   * Lets a call pass that opens, closes or drops a table.
   * @param domain undefined: tables of any
   */
  *pass<T>(domain: string | undefined, begin: () => Steps<T>): Steps<T> {
    while (this.#concerns(domain)) yield* this.#wait();
    const call = this.#begin(domain, begin);
    this.#calls.add(call);
    try {
      return yield* step(call as T);
    } finally {
      this.#calls.delete(call);
    }
  }

  #begin<T>(domain: string | undefined, begin: () => Steps<T>): Result<M, T> {
    this.#beginning.push(domain);
    try {
      return this.#runner.run(begin());
    } finally {
      this.#beginning.pop();
    }
  }

  /** Refuses a migration that would have to wait for the call that it comes from within, where nothing can. */
  #checkWithin(domain: string): void {
    if (this.#runner.mode === "async") return;
    if (!this.#beginning.some((other) => other === undefined || other === domain)) return;
    throw new Refusal(
      "STORE_INVALID_OPERATION",
      `a table of domain ${describe(domain)} is being opened or closed, by what calls this`,
    );
  }

  #concerns(domain: string | undefined): boolean {
    const migrated = this.#migration?.domain;
    return migrated !== undefined && (domain === undefined || domain === migrated);
  }

  /** Waits until no migration is under way. */
  *waitForAll(): Steps<void> {
    while (this.#migration !== undefined) yield* this.#wait();
  }

  /** Refuses what would have to wait for a migration, where nothing can. */
  checkMayWait(): void {
    if (this.#migration === undefined || this.#runner.mode === "async") return;
    const domain = describe(this.#migration.domain);
    throw new Refusal("STORE_INVALID_OPERATION", `domain ${domain} is being migrated`);
  }

  *#wait(): Steps<void> {
    this.checkMayWait();
    yield* settling(this.#ending as MigratedTable[]);
  }
}
