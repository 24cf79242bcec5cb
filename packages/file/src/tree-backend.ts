import { dirname } from "node:path";
import type {
  AdapterBackend,
  AdapterTable,
  TableChange,
  TableEntry,
  TableType,
  TableUsage,
  Toolkit,
} from "@store/core";
import type { TableState } from "./engine/table-state.js";
import { Tree } from "./engine/tree.js";
import type { NormalizedFileOptions } from "./options.js";
import { claimEpoch } from "./ownership/claim.js";
import { epochsIn } from "./ownership/epoch.js";
import { removeEpoch, removeLeftovers } from "./ownership/leftover.js";
import { bestEffort } from "./platform/best-effort.js";
import type { Environment } from "./platform/environment.js";
import { errorCode } from "./platform/error-code.js";
import type { FileSystem } from "./platform/file-system.js";
import { openTree } from "./recovery/open-tree.js";
import { BagTable } from "./tables/bag-table.js";
import { CounterTable } from "./tables/counters/counter-table.js";
import { SetTable } from "./tables/set-table.js";
import type { TableContext, TreeTable } from "./tables/tree-table.js";
import type { TreeTuning } from "./tree-adapter.js";

/** The tables of a data directory. It is owned as long as one of them is open. */
export class TreeBackend implements AdapterBackend<"sync"> {
  readonly #environment: Environment;
  readonly #options: NormalizedFileOptions;
  readonly #tuning: TreeTuning;
  readonly #toolkit: Toolkit;
  #tree: Tree | undefined;
  readonly #open = new Set<TreeTable>();

  constructor(
    environment: Environment,
    options: NormalizedFileOptions,
    tuning: TreeTuning,
    toolkit: Toolkit,
  ) {
    this.#environment = environment;
    this.#options = options;
    this.#tuning = tuning;
    this.#toolkit = toolkit;
  }

  openTable(domain: string, name: string, type: TableType = "set"): AdapterTable<"sync"> {
    return this.#owning((tree) => {
      const state =
        tree.catalogue.find(domain, name) ??
        tree.write((transaction) => tree.catalogue.create(transaction, domain, name, type));
      const table = this.#tableOf(tree, state);
      this.#open.add(table);
      return table;
    });
  }

  tables(domain: string): TableEntry[] {
    return this.#owning((tree) => tree.catalogue.list(domain));
  }

  dropTable(domain: string, name: string): boolean {
    return this.#owning((tree) => {
      const state = tree.catalogue.find(domain, name);
      if (state === undefined) return false;
      tree.write((transaction) => tree.catalogue.drop(transaction, state));
      return true;
    });
  }

  applyChanges(changes: readonly TableChange<"sync">[]): void {
    const tree = this.#tree as Tree;
    tree.write((transaction) => {
      for (const change of changes) (change.table as TreeTable).apply(transaction, change);
    });
  }

  close(): void {
    this.#release();
  }

  /** Does something with the tree, which is open for that. */
  #owning<T>(action: (tree: Tree) => T): T {
    this.#tree ??= this.#openTree();
    try {
      return action(this.#tree);
    } finally {
      if (this.#open.size === 0) this.#release();
    }
  }

  #release(): void {
    const tree = this.#tree;
    this.#tree = undefined;
    tree?.close();
  }

  #openTree(): Tree {
    const environment = this.#environment;
    const { dataDir, repair, cacheBytes, autoSave, ramFile } = this.#options;
    const { fileSystem } = environment;
    if (isNew(fileSystem, dataDir)) makeDirectories(fileSystem, dataDir);
    const { createHeartbeat } = environment;
    const claim = claimEpoch(environment, dataDir, this.#toolkit.error, createHeartbeat);
    try {
      const how = { repair, cacheBytes, isHeld: ramFile };
      const opened = openTree(environment, dataDir, claim, how, this.#toolkit);
      bestEffort(() => {
        for (const epoch of epochsIn(fileSystem, dataDir)) {
          if (epoch < claim.epoch) removeEpoch(environment, dataDir, epoch);
        }
      });
      removeLeftovers(environment, dataDir);
      const options = {
        autoSave,
        isHeld: ramFile,
        writeBufferBytes: this.#tuning.writeBufferBytes,
        beforeAutoSave: () => this.#flushCounters(),
      };
      try {
        return new Tree(opened.files, opened.content, options, this.#toolkit);
      } catch (failure) {
        const { log, runs } = opened.content;
        log.close();
        for (const { run } of runs) bestEffort(() => run.close());
        throw failure;
      }
    } catch (failure) {
      claim.lease.release();
      throw failure;
    }
  }

  #tableOf(tree: Tree, state: TableState): TreeTable {
    const context = {
      tree,
      state,
      toolkit: this.#toolkit,
      usage: () => this.#usage(tree),
      onClose: () => {
        this.#open.delete(table);
        if (this.#open.size === 0) this.#release();
        else tree.sync();
      },
    };
    const table = this.#makeTable(context);
    return table;
  }

  #makeTable(context: TableContext): TreeTable {
    const { type } = context.state;
    if (type === "bag" || type === "duplicate_bag") return new BagTable(context);
    const { atomicCounters, autoSave } = this.#options;
    return atomicCounters ? new CounterTable(context, autoSave === 0) : new SetTable(context);
  }

  #flushCounters(): void {
    for (const table of this.#open) if (table instanceof CounterTable) table.flushCounters();
  }

  #usage(tree: Tree): TableUsage {
    const diskBytes = tree.runs.reduce((sum, { bytes }) => sum + bytes, tree.log.bytes);
    return {
      memoryBytes: tree.memtable.memoryBytes,
      diskBytes,
      details: { runs: tree.runs.length },
    };
  }
}

/**
 * Makes a directory and those above it that are missing, on disk. The name of one that is there may not be, if who made
 * it died right then: so its name is synced, too, before the first thing comes into it.
 */
function makeDirectories(fileSystem: FileSystem, path: string): void {
  const parent = dirname(path);
  const isThere = fileSystem.status(path) !== undefined;
  if (!isThere && parent !== path) {
    makeDirectories(fileSystem, parent);
    try {
      fileSystem.makeDirectory(path);
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
  }
  fileSystem.syncDirectory(parent);
}

/** Whether a data directory never had an owner. */
function isNew(fileSystem: FileSystem, dataDir: string): boolean {
  return fileSystem.status(dataDir) === undefined || epochsIn(fileSystem, dataDir).length === 0;
}
