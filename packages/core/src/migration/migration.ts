import type { Mode, ResultIterator } from "../adapter/mode.js";
import { failing, type Runner, type Steps, step } from "../adapter/steps.js";
import { describe, messageOf } from "../errors/describe.js";
import { Refusal, reworded } from "../errors/errors.js";
import type { Backend } from "../store/backend.js";
import type { DomainConfig, DomainRegistry } from "../store/domain-registry.js";
import { runUserCode } from "../table/call.js";
import type { StoreRecord } from "../values/record.js";
import { type AnyTable, copyBatch, ending, verifyCopy } from "./table-copy.js";

/** What `migrateDomain` tells of itself after each batch of records that was copied. */
export interface MigrationProgress {
  /** The name of the table that is being copied. */
  readonly table: string;
  /** How many of its records are copied. */
  readonly copied: number;
  /** How many records it had when its copy began. */
  readonly total: number;
}

/** How a domain is migrated. */
export interface MigrationOptions {
  /** Called after each batch. What it throws gives the migration up. */
  readonly onProgress?: ((progress: MigrationProgress) => void) | undefined;
}

/** A table that `migrateDomain` moved. */
export interface MigratedTable {
  /** Its name. */
  readonly table: string;
  /** How many records it has. */
  readonly records: number;
}

/** What a migration is made for. */
export interface MigrationContext<M extends Mode> {
  readonly domain: string;
  readonly registry: DomainRegistry;
  /** Where the domain is. */
  readonly source: Backend<M>;
  /** Where it goes. */
  readonly target: Backend<M>;
  readonly runner: Runner<M>;
  readonly onProgress: MigrationOptions["onProgress"];
  /** Refuses to go on when the store is closed. */
  checkOpen(): void;
}

/** A table on its way. */
interface Passage {
  readonly table: AnyTable;
  /** The target's table. */
  readonly copy: AnyTable;
  /** The copy was empty: what it holds now is ours to remove. */
  isOurs: boolean;
  /** How many records were copied. */
  records: number;
}

/**
 * The way of one domain to another backend.
 *
 * 1. Until the switch, the last step and one without interruption, nothing is changed that the users of the domain see.
 * 2. What was copied is what the tables hold at the switch: a write to one of them after its copy has begun ends the
 *    migration.
 * 3. Nobody opens a table of the domain, or one of these names anywhere, before the end: whoever wants to waits, where
 *    {@link concerns} says so. So the copies are seen by none, and all that the domain has open is found at the start.
 * 4. A table of the target that is open, or holds records, is somebody's and left alone.
 */
export class Migration<M extends Mode> {
  readonly domain: string;
  readonly #context: MigrationContext<M>;
  readonly #config: DomainConfig;
  readonly #passages = new Map<string, Passage>();
  readonly #unwatch: (() => void)[] = [];
  /** The names of the domain's tables, once they are known. */
  #names: ReadonlySet<string> | undefined;
  /** The first table that was written to. */
  #written: string | undefined;

  constructor(context: MigrationContext<M>) {
    this.domain = context.domain;
    this.#context = context;
    this.#config = context.registry.get(context.domain);
  }

  /** Whether who opens this table, or closes it by name, must wait for the end. */
  concerns(domain: string | undefined, name: string): boolean {
    return domain === this.domain || this.#names === undefined || this.#names.has(name);
  }

  /** Moves the domain, or undoes everything and throws. Nobody is just opening or closing a table when it begins. */
  *run(): Steps<MigratedTable[]> {
    try {
      const tables = yield* this.#find();
      for (const [name, table] of tables) yield* this.#moving(name, this.#openCopy(name, table));
      for (const [name, passage] of this.#passages) {
        passage.records = yield* this.#copy(name, passage);
      }
      this.#check();
    } catch (error) {
      throw yield* this.#undo(error);
    } finally {
      for (const unwatch of this.#unwatch) unwatch();
    }
    yield* this.#switch();
    return [...this.#passages].map(([table, { records }]) => ({ table, records }));
  }

  /** The tables that go, each of which can. */
  *#find(): Steps<ReadonlyMap<string, AnyTable>> {
    const { domain, source, target } = this.#context;
    const names = source === target ? [] : source.namesOf(domain);
    this.#names = new Set(names);
    const tables = new Map<string, AnyTable>();
    for (const name of names) {
      const table = yield* this.#moving(name, this.#movable(name));
      if (table !== undefined) tables.set(name, table);
    }
    return tables;
  }

  /** The table, if it is open. Refuses what the target can't hold, and what others would lose sight of. */
  *#movable(name: string): Steps<AnyTable | undefined> {
    const { domain, source, target } = this.#context;
    const table = (yield* source.openedTable(name)) as AnyTable | undefined;
    if (table === undefined) return undefined;
    target.checkSupported(table.type);
    const other = source.domainsOf(name).find((holder) => holder !== domain);
    if (other === undefined) return table;
    throw new Refusal(
      "STORE_INVALID_OPERATION",
      `domain ${describe(other)} has it open, too, and would be left with another table`,
    );
  }

  *#openCopy(name: string, table: AnyTable): Steps<void> {
    const { domain, target } = this.#context;
    const there = yield* target.openedTable(name);
    if (there !== undefined) {
      throw new Refusal(
        "STORE_INVALID_OPERATION",
        `domain ${describe(there.domain)} has a table of that name open there`,
      );
    }
    this.#check();
    const copy = (yield* target.ensureTable(domain, name, table.type)) as AnyTable;
    const passage: Passage = { table, copy, isOurs: false, records: 0 };
    this.#passages.set(name, passage);
    const size = yield* step(copy.size);
    if (size > 0) {
      throw new Refusal(
        "STORE_INVALID_OPERATION",
        `there is a table of that name already, with ${size} record${size === 1 ? "" : "s"}`,
      );
    }
    passage.isOurs = true;
  }

  /** Copies all records, proves it, and brings the copy to disk. Returns how many there are. */
  *#copy(name: string, { table, copy }: Passage): Steps<number> {
    const { source, onProgress } = this.#context;
    this.#unwatch.push(source.watchWrites(name, () => (this.#written ??= name)));
    const { total, records } = yield* this.#moving(name, beginning(table));
    let copied = 0;
    try {
      for (;;) {
        const count = yield* this.#moving(name, copyBatch(records, copy));
        if (count === 0) break;
        copied += count;
        runUserCode("onProgress", () => onProgress?.({ table: name, copied, total }));
        this.#check();
      }
    } finally {
      yield* ending(records);
    }
    yield* this.#moving(name, this.#verify(table, copy));
    return copied;
  }

  *#verify(table: AnyTable, copy: AnyTable): Steps<void> {
    yield* verifyCopy(table, copy, () => this.#check());
    yield* step(copy.sync());
  }

  /** Refuses to go on when going on would be wrong. */
  #check(): void {
    const { domain, registry, checkOpen } = this.#context;
    checkOpen();
    if (registry.get(domain) !== this.#config) {
      throw new Refusal("STORE_INVALID_OPERATION", "the domain was configured anew meanwhile");
    }
    if (this.#written !== undefined) {
      throw new Refusal(
        "STORE_INVALID_OPERATION",
        `table ${describe(this.#written)} was written to meanwhile`,
      );
    }
  }

  /** The switch. Nothing comes between its first step and the moment when every old handle refuses calls. */
  *#switch(): Steps<void> {
    const { domain, registry, target, runner } = this.#context;
    registry.set(domain, target.config);
    // What is in them is elsewhere, and safe: that one fails to close takes nothing back.
    const closed = [...this.#passages.values()].map(({ table }) =>
      runner.run(failing(() => table.close())),
    );
    for (const closing of closed) yield* step<unknown>(closing);
  }

  /** Removes what was copied, and closes the copies. Returns the error to throw for the one that ended it all. */
  *#undo(error: unknown): Steps<unknown> {
    const { runner } = this.#context;
    let reason = error;
    for (const [name, passage] of this.#passages) {
      const failure = yield* failing(() => runner.run(this.#removeCopy(passage)));
      if (failure === undefined) continue;
      const left = `the copy of table ${describe(name)} is left: ${messageOf(failure.error)}`;
      reason = reworded(reason, (message) => `${message}; ${left}`);
    }
    return reason;
  }

  *#removeCopy({ copy, isOurs }: Passage): Steps<void> {
    try {
      if (isOurs) yield* step(copy.deleteAllObjects());
    } finally {
      yield* step(copy.close());
    }
  }

  /** Steps for one table: what fails there is said to. */
  *#moving<T>(name: string, steps: Steps<T>): Steps<T> {
    try {
      return yield* steps;
    } catch (error) {
      const { name: adapter } = this.#context.target.config.adapter;
      const doing = `moving table ${describe(name)} to adapter ${describe(adapter)}`;
      throw reworded(error, (message) => `${doing}: ${message}`);
    }
  }
}

function* beginning(
  table: AnyTable,
): Steps<{ total: number; records: ResultIterator<Mode, StoreRecord> }> {
  // Counters kept aside come into the table, and writes that wait in a queue are done.
  yield* step(table.flushCounters());
  const total = yield* step(table.size);
  return { total, records: table.records() };
}
