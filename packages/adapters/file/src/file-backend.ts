import { resolve } from "node:path";
import type {
  AdapterBackend,
  AdapterTable,
  TableChange,
  TableEntry,
  TableType,
  TableUsage,
  Toolkit,
} from "@store/core";
import { backupTree } from "./engine/backup.js";
import { ReadOnlyTree } from "./engine/read-only-tree.js";
import type { TableState } from "./engine/table-state.js";
import { Tree } from "./engine/tree.js";
import type { TreeOptions } from "./engine/tree-options.js";
import { detailsOf } from "./engine/tree-usage.js";
import type { TreeView } from "./engine/tree-view.js";
import type { NormalizedFileOptions } from "./options.js";
import { type Claim, claimEpoch, withdrawClaim } from "./ownership/claim.js";
import { epochsIn } from "./ownership/epoch.js";
import { removeEpoch, removeObsoleteFiles } from "./ownership/obsolete-files.js";
import { bestEffort } from "./platform/best-effort.js";
import type { Environment } from "./platform/environment.js";
import { errorCode } from "./platform/error-code.js";
import type { FileSystem } from "./platform/file-system.js";
import { makeDirectories } from "./platform/make-directories.js";
import { type Opened, openTree } from "./recovery/open-tree.js";
import type { RepairReport } from "./repair-report.js";
import { BagTable } from "./tables/bag-table.js";
import { CounterTable } from "./tables/counters/counter-table.js";
import { SetTable } from "./tables/set-table.js";
import type { TableContext, TreeTable } from "./tables/tree-table.js";

/** What a data directory is opened with. */
export interface BackendOptions extends NormalizedFileOptions {
  /** What isn't flushed takes so many bytes of memory, at most. */
  readonly writeBufferBytes: number;
  /** With `autoSave: 0`: callers wait for a sync that they share, by `settled`. */
  readonly isGrouped: boolean;
}

/** The tables of a data directory. It is owned as long as one of them is open. */
export class FileBackend implements AdapterBackend<"sync"> {
  readonly #environment: Environment;
  readonly #options: BackendOptions;
  readonly #toolkit: Toolkit;
  readonly #onClose: () => void;
  #tree: Tree | undefined;
  /** With `readOnly`, in the place of the tree. */
  #view: ReadOnlyTree | undefined;
  readonly #open = new Set<TreeTable>();
  /** What was repaired when the tree was opened. */
  #reports: readonly RepairReport[] = [];
  /** Something that was damaged was met: the next open looks at everything. */
  #isSuspect = false;

  constructor(
    environment: Environment,
    options: BackendOptions,
    toolkit: Toolkit,
    onClose: () => void,
  ) {
    this.#onClose = onClose;
    this.#environment = environment;
    this.#options = options;
    this.#toolkit = toolkit;
  }

  openTable(domain: string, name: string, type: TableType = "set"): AdapterTable<"sync"> {
    if (this.#options.readOnly) return this.#openReadOnly(domain, name);
    return this.owning((tree) => {
      const state = tree.catalogue.find(domain, name) ?? this.#create(tree, domain, name, type);
      const usage = () => usageOf(tree, state, this.#reportOn(domain, name));
      return this.#opened(tree, (onClose) =>
        this.#makeTable(tree, { tree, state, toolkit: this.#toolkit, usage, onClose }),
      );
    });
  }

  /** Asks nobody: a list may also be had while another process owns the directory. */
  tables(domain: string): TableEntry[] {
    if (this.#tree !== undefined) return this.#tree.catalogue.list(domain);
    return this.#viewing((view) => {
      view.checkOpen();
      return view.catalogue.list(domain);
    });
  }

  domains(): string[] {
    if (this.#tree !== undefined) return this.#tree.catalogue.domains();
    return this.#viewing((view) => {
      view.checkOpen();
      return view.catalogue.domains();
    });
  }

  dropTable(domain: string, name: string): boolean {
    return this.#writing((tree) => {
      const state = tree.catalogue.find(domain, name);
      if (state === undefined) return false;
      tree.write((transaction) => tree.catalogue.drop(transaction, state));
      if (this.#options.isGrouped) tree.sync();
      return true;
    });
  }

  applyChanges(changes: readonly TableChange<"sync">[]): void {
    const tree = this.#tree ?? this.#view;
    tree?.write((transaction) => {
      for (const change of changes) (change.table as TreeTable).apply(transaction, change);
    });
  }

  settled(): Promise<void> | undefined {
    return this.#options.isGrouped ? this.#tree?.settled() : undefined;
  }

  close(): void {
    this.#onClose();
    this.#release();
  }

  get dataDir(): string {
    return this.#options.dataDir;
  }

  /** Whether it owns the data directory now. */
  get isOwner(): boolean {
    return this.#tree !== undefined;
  }

  /** Copies all tables as they are to a directory that is empty, or not there. */
  backup(directory: string): void {
    const environment = this.#environment;
    const target = resolve(directory);
    makeDirectories(environment.fileSystem, target);
    if (environment.fileSystem.list(target).length > 0) {
      throw this.#toolkit.error("STORE_INVALID_OPERATION", `${target} isn't empty`);
    }
    this.#writing((tree) => {
      this.#flushCounters();
      tree.maintenance.flushNow();
      backupTree(tree, target);
    });
  }

  /** Merges everything, so that what is dead is gone. */
  compact(): void {
    this.#writing((tree) => tree.maintenance.compactNow());
  }

  /** {@link owning}, unless it is only to be read. */
  #writing<T>(action: (tree: Tree) => T): T {
    if (!this.#options.readOnly) return this.owning(action);
    return this.#viewing((view) => {
      throw view.readOnly("only its owner can do that");
    });
  }

  /**
   * Does something with the tree, which is open for that. Where it meets what is damaged, and nobody has a table open, it
   * is opened again: that repairs it.
   */
  owning<T>(action: (tree: Tree) => T): T {
    const mayRepair = this.#options.repair !== false && this.#open.size === 0;
    try {
      return this.#withTree(action);
    } catch (failure) {
      if (!mayRepair || errorCode(failure) !== "STORE_CORRUPT") throw failure;
      this.#isSuspect = true;
    }
    return this.#withTree(action);
  }

  #withTree<T>(action: (tree: Tree) => T): T {
    this.#tree ??= this.#openTree();
    try {
      return action(this.#tree);
    } finally {
      if (this.#open.size === 0) this.#release();
    }
  }

  #viewing<T>(action: (view: ReadOnlyTree) => T): T {
    const { dataDir, cacheBytes } = this.#options;
    const how = { cacheBytes, isSnapshot: this.#isSnapshot };
    this.#view ??= new ReadOnlyTree(this.#environment, dataDir, how, this.#toolkit);
    try {
      return action(this.#view);
    } finally {
      this.#releaseUnused();
    }
  }

  #openReadOnly(domain: string, name: string): AdapterTable<"sync"> {
    return this.#viewing((view) => {
      view.checkOpen();
      const state = view.catalogue.find(domain, name);
      if (state === undefined) throw view.readOnly("there is no such table, and none can be made");
      const usage = () => {
        view.checkOpen();
        const diskBytes = view.runs.reduce((sum, { bytes }) => sum + bytes, 0);
        return { diskBytes, details: { ...detailsOf(view, state.storageId) } };
      };
      return this.#opened(view, (onClose) => {
        const table = tableOf({ tree: view, state, toolkit: this.#toolkit, usage, onClose });
        // Gone through twice by a copy, which compares.
        const again = { [Symbol.iterator]: () => table.recordsWithMoments() };
        if (this.#isSnapshot) table.snapshot = () => again;
        return table;
      });
    });
  }

  #create(tree: Tree, domain: string, name: string, type: TableType): TableState {
    const state = tree.write((transaction) =>
      tree.catalogue.create(transaction, domain, name, type),
    );
    if (this.#options.isGrouped) tree.sync();
    return state;
  }

  /** Keeps the tree for as long as a table of it is open. */
  #opened(tree: TreeView, make: (onClose: () => void) => TreeTable): TreeTable {
    const table = make(() => {
      this.#open.delete(table);
      this.#releaseUnused();
      if (this.#open.size > 0) tree.sync();
    });
    this.#open.add(table);
    return table;
  }

  /** A snapshot stays what it is, also when no table of it is open. */
  #releaseUnused(): void {
    if (this.#open.size === 0 && !this.#isSnapshot) this.#release();
  }

  get #isSnapshot(): boolean {
    return this.#options.readOnly === "snapshot";
  }

  #release(): void {
    const tree = this.#tree ?? this.#view;
    this.#tree = undefined;
    this.#view = undefined;
    tree?.close();
  }

  #openTree(): Tree {
    const environment = this.#environment;
    const { dataDir, repair, cacheBytes, ramFile, lockTimeout } = this.#options;
    const { autoSave, isGrouped, writeBufferBytes } = this.#options;
    const { fileSystem } = environment;
    if (isNew(fileSystem, dataDir)) makeDirectories(fileSystem, dataDir);
    const { error } = this.#toolkit;
    const claim = claimEpoch(environment, dataDir, {
      error,
      subject: "the data directory",
      lockTimeout,
    });
    try {
      const how = { repair, cacheBytes, isHeld: ramFile, isSuspect: this.#isSuspect };
      const opened = openTree(environment, dataDir, claim, how, this.#toolkit);
      const options = {
        autoSave,
        isGrouped,
        isHeld: ramFile,
        writeBufferBytes,
        cacheBytes,
        beforeAutoSave: () => this.#flushCounters(),
      };
      const tree = this.#createTree(opened, options);
      // With what the catalogue needs, it is sound: what was there before isn't needed any more.
      bestEffort(() =>
        claim.lease.guard(() => {
          for (const epoch of epochsIn(environment.fileSystem, dataDir)) {
            if (epoch < claim.epoch) removeEpoch(environment, dataDir, epoch);
          }
          removeObsoleteFiles(environment, dataDir);
        }),
      );
      this.#isSuspect = false;
      this.#reports = opened.reports;
      const { onRepair } = this.#options;
      for (const report of opened.reports) bestEffort(() => onRepair?.(report));
      return tree;
    } catch (failure) {
      const reason = reasonOf(claim, failure);
      withdrawClaim(environment, dataDir, claim, true);
      throw reason;
    }
  }

  #createTree({ files, content }: Opened, options: TreeOptions): Tree {
    try {
      return new Tree(files, content, options, this.#toolkit);
    } catch (failure) {
      // It reads the catalogue, which may be damaged.
      content.log.close();
      for (const { run } of content.runs) bestEffort(() => run.close());
      throw failure;
    }
  }

  /** What was repaired of a table, or of what belongs to none. */
  #reportOn(domain: string, name: string): RepairReport | undefined {
    const find = (ofDomain: string, ofTable: string) =>
      this.#reports.find((report) => report.domain === ofDomain && report.table === ofTable);
    return find(domain, name) ?? find("", "");
  }

  #makeTable(tree: Tree, context: TableContext): TreeTable {
    const { atomicCounters, autoSave } = this.#options;
    return atomicCounters && isSet(context.state)
      ? new CounterTable(context, tree, autoSave === 0)
      : tableOf(context);
  }

  #flushCounters(): void {
    for (const table of this.#open) if (table instanceof CounterTable) table.flushCounters();
  }
}

/** Why an open failed: whoever takes over a claim meanwhile removes what was being read. */
function reasonOf({ lease }: Claim, failure: unknown): unknown {
  try {
    lease.verify();
  } catch (error) {
    if (lease.isLost) return error;
  }
  return failure;
}

function tableOf(context: TableContext): TreeTable {
  return isSet(context.state) ? new SetTable(context) : new BagTable(context);
}

function isSet({ type }: TableState): boolean {
  return type === "set" || type === "ordered_set";
}

function usageOf(
  tree: Tree,
  { storageId }: TableState,
  repair: RepairReport | undefined,
): TableUsage {
  const { memtable, runs, log } = tree;
  return {
    memoryBytes: memtable.memoryBytes,
    diskBytes: runs.reduce((sum, { bytes }) => sum + bytes, log.bytes),
    details: { ...detailsOf(tree, storageId), ...(repair && { repair }) },
  };
}

/** Whether a data directory never had an owner. */
function isNew(fileSystem: FileSystem, dataDir: string): boolean {
  return fileSystem.status(dataDir) === undefined || epochsIn(fileSystem, dataDir).length === 0;
}
