import type { TableEntry } from "../adapter/adapter.js";
import type { TableType } from "../adapter/adapter-table.js";
import type { Mode } from "../adapter/mode.js";
import { failing, type Runner, type Steps, step } from "../adapter/steps.js";
import { describe, messageOf } from "../errors/describe.js";
import { Refusal, reworded } from "../errors/errors.js";
import { runUserCode } from "../table/call.js";
import type { TableContext } from "../table/table-context.js";
import { contextOf } from "../table/table-handle.js";
import { type AnyTable, copyBatch, verifyCopy } from "./table-copy.js";
import { TableSource } from "./table-source.js";

/** What `migrateDomain` and `copyDomain` tell of themselves after each batch of records that was copied. */
export interface MigrationProgress {
  /** The name of the table that is being copied. */
  readonly table: string;
  /** How many of its records are copied. */
  readonly copied: number;
  /** How many records it had when its copy began. */
  readonly total: number;
}

/** How a domain is migrated, or copied. */
export interface MigrationOptions {
  /** Called after each batch. What it throws gives the migration up. */
  readonly onProgress?: ((progress: MigrationProgress) => void) | undefined;
}

/** A table that `migrateDomain` moved, or `copyDomain` copied. */
export interface MigratedTable {
  /** Its name. */
  readonly table: string;
  /** How many records it has. */
  readonly records: number;
}

/** A backend, as far as a copy has to do with it. */
export interface CopySide {
  /** The name of its adapter, for messages. */
  readonly adapter: string;
  tables(domain: string): Steps<readonly TableEntry[]>;
  openedTable(domain: string, name: string): Steps<AnyTable | undefined>;
  openTable(domain: string, name: string, type: TableType): Steps<AnyTable>;
  dropTable(domain: string, name: string): Steps<boolean>;
  /** Removes all records of an open table, also when the store is closed meanwhile. */
  emptyTable(domain: string, name: string): Steps<void>;
  checkSupported(type: TableType): void;
  watchWrites(domain: string, name: string, onWrite: () => void): () => void;
}

/** What a copy is made for. */
export interface CopyContext {
  readonly domain: string;
  /** Where the domain is. */
  readonly source: CopySide;
  /** Where the copy goes. */
  readonly target: CopySide;
  readonly runner: Runner<Mode>;
  readonly onProgress: MigrationOptions["onProgress"];
  /** What is done with each table, for messages: "moving". */
  readonly doing: string;
  /** Whether the copy may be of a moment before its end: writes that come after it don't matter then. */
  readonly allowsSnapshots: boolean;
  /** Refuses to go on when the store is closed, or the domain was configured anew. */
  check(): void;
}

/** A table on its way. */
interface Passage {
  readonly name: string;
  readonly table: AnyTable;
  /** The copy opened the table, which wasn't open before. */
  readonly isOpenedHere: boolean;
  /** The target's table. */
  readonly copy: AnyTable;
  /** The copy wasn't there before. */
  readonly isNew: boolean;
  /** The copy is new, or was empty: what it holds now is ours to remove. */
  isOurs: boolean;
  /** How many records were copied. */
  records: number;
}

/**
 * A verified copy of all tables of a domain in another backend.
 *
 * 1. Nothing is changed that the users of the domain see.
 * 2. A copy is its table as of one moment: a write to the table after its copy has begun ends the copy, unless snapshots
 *    are allowed and the adapter has them.
 * 3. A table of the target that is open, or holds records, is somebody's and left alone.
 */
export class DomainCopy {
  readonly #context: CopyContext;
  readonly #passages: Passage[] = [];
  readonly #unwatch: (() => void)[] = [];
  /** The first table that was written to. */
  #written: string | undefined;

  constructor(context: CopyContext) {
    this.#context = context;
  }

  /** Copies everything, or undoes it and throws. The copies stay open. */
  *run(): Steps<MigratedTable[]> {
    const { domain, source } = this.#context;
    try {
      const entries = yield* source.tables(domain);
      for (const entry of entries) yield* this.#about(entry.name, () => this.#begin(entry));
      for (const passage of this.#passages) yield* this.#copy(passage);
      this.check();
    } catch (error) {
      throw yield* this.#undo(error);
    } finally {
      for (const unwatch of this.#unwatch) unwatch();
    }
    return this.#passages.map(({ name, records }) => ({ table: name, records }));
  }

  /** The tables that were copied, and their copies. */
  get tables(): readonly Pick<Passage, "table" | "copy" | "isOpenedHere">[] {
    return this.#passages;
  }

  /** Refuses to go on when going on would be wrong. */
  check(): void {
    this.#context.check();
    if (this.#written === undefined) return;
    throw new Refusal(
      "STORE_INVALID_OPERATION",
      `table ${describe(this.#written)} was written to meanwhile`,
    );
  }

  *#begin({ name, type }: TableEntry): Steps<void> {
    const { domain, source, target } = this.#context;
    target.checkSupported(type);
    const open = yield* source.openedTable(domain, name);
    if ((yield* target.openedTable(domain, name)) !== undefined) {
      throw new Refusal("STORE_INVALID_OPERATION", "a table of that name is open there");
    }
    this.check();
    const isNew = !(yield* target.tables(domain)).some((entry) => entry.name === name);
    const table = open ?? (yield* source.openTable(domain, name, type));
    const copy = yield* this.#openCopy(name, type, open === undefined ? table : undefined);
    const isOpenedHere = open === undefined;
    const passage: Passage = { name, table, isOpenedHere, copy, isNew, isOurs: isNew, records: 0 };
    this.#passages.push(passage);
    const size = yield* step(copy.size);
    if (size > 0) {
      // Also one that others, who share the target, have made and filled just now.
      passage.isOurs = false;
      throw new Refusal(
        "STORE_INVALID_OPERATION",
        `there is a table of that name already, with ${size} record${size === 1 ? "" : "s"}`,
      );
    }
    passage.isOurs = true;
  }

  *#openCopy(name: string, type: TableType, openedHere: AnyTable | undefined): Steps<AnyTable> {
    const { domain, target } = this.#context;
    try {
      return yield* target.openTable(domain, name, type);
    } catch (error) {
      yield* failing(() => openedHere?.close());
      throw error;
    }
  }

  /** Copies all records, proves it, and brings the copy to disk. */
  *#copy(passage: Passage): Steps<void> {
    const { name, table, copy } = passage;
    const { domain, source, onProgress, allowsSnapshots } = this.#context;
    const unwatch = source.watchWrites(domain, name, () => (this.#written ??= name));
    this.#unwatch.push(unwatch);
    const records = yield* this.#about(name, () => TableSource.open(contextOfOpen(table)));
    if (allowsSnapshots && records.isOfOneMoment) unwatch();
    const total = yield* this.#about(name, () => step(table.size));
    const copies = contextOfOpen(copy);
    records.begin();
    try {
      for (;;) {
        const count = yield* this.#about(name, () => copyBatch(records, copies));
        if (count === 0) break;
        passage.records += count;
        const progress = { table: name, copied: passage.records, total };
        runUserCode("onProgress", () => onProgress?.(progress));
        this.check();
      }
      yield* this.#about(name, () => verifyCopy(records, copy, () => this.check()));
    } finally {
      yield* records.end();
    }
    yield* this.#about(name, () => step(copy.sync()));
  }

  /** Removes what was copied, and closes what was opened. Returns the error to throw for the one that ended it all. */
  *#undo(error: unknown): Steps<unknown> {
    const { runner } = this.#context;
    let reason = error;
    for (const passage of this.#passages) {
      const failure = yield* failing(() => runner.run(this.#removeCopy(passage)));
      if (failure === undefined) continue;
      const left = `the copy of table ${describe(passage.name)} is left: ${messageOf(failure.error)}`;
      reason = reworded(reason, (message) => `${message}; ${left}`);
    }
    return reason;
  }

  *#removeCopy({ name, table, copy, isOpenedHere, isNew, isOurs }: Passage): Steps<void> {
    const { domain, target } = this.#context;
    try {
      if (isOpenedHere) yield* failing(() => table.close());
      if (isOurs && !isNew) yield* target.emptyTable(domain, name);
    } finally {
      yield* step(copy.close());
    }
    if (isOurs && isNew) yield* target.dropTable(domain, name);
  }

  /** Steps for one table: what fails there is said to. */
  *#about<T>(name: string, begin: () => Steps<T>): Steps<T> {
    try {
      return yield* begin();
    } catch (error) {
      const { doing, target } = this.#context;
      const what = `${doing} table ${describe(name)} to adapter ${describe(target.adapter)}`;
      throw reworded(error, (message) => `${what}: ${message}`);
    }
  }
}

/** What stands behind a handle that a backend has returned. */
function contextOfOpen(table: AnyTable): TableContext<Mode> {
  return contextOf(table) as TableContext<Mode>;
}
