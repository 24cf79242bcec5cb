import type { Store } from "@store/core";
import { expect } from "vitest";
import { DiskState } from "../../prove/power-cut/disk-state.js";
import { Exploration } from "../../prove/power-cut/exploration.js";
import { EMPTY_IMAGE } from "../../prove/power-cut/image.js";
import { Trace } from "../../prove/power-cut/trace.js";
import { Random } from "../../prove/random.js";
import { directoryDigest } from "../../prove/workload/directory-digest.js";
import { Machine } from "../../prove/workload/machine.js";
import type { Bounds } from "../../prove/workload/oracle.js";
import { BackgroundCalls } from "../../simulation/background-calls.js";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { ManualHost } from "../../simulation/manual-host.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { type Inode, MemoryDirectory } from "../../simulation/memory-inode.js";
import type { FileOptions } from "../../src/options.js";

const TABLES = [{ domain: "d", name: "t", type: "set" }] as const;
/** The digest of the tables with nothing in them. */
const EMPTY = "d/t set\n";
/** All that may be on the disk at a moment is looked at, if it isn't more; else so many at random. */
const IMAGES = 12;

/** A machine whose power may go at any moment: at each, a data directory must be found as it was before a step, or after it. */
export class PowerCuts {
  readonly fileSystem: FailingFileSystem;
  readonly machine: Machine;
  readonly #memory: MemoryFileSystem;
  readonly #trace: Trace;
  readonly #disk: DiskState;
  readonly #states = [EMPTY];
  /** Of the step that is on its way. */
  #bounds: { floor: number; ceiling: number; others: Bounds["others"] } = newBounds(0);
  #watchedFrom = 0;

  constructor() {
    const background = new BackgroundCalls({ hold: true });
    const host = new ManualHost();
    this.#trace = new Trace(() => this.#bounds);
    const now = () => host.wallTime();
    this.#memory = new MemoryFileSystem({ now, background, observer: this.#trace });
    this.#disk = new DiskState(this.#memory.root, EMPTY_IMAGE);
    this.fileSystem = new FailingFileSystem(this.#memory);
    this.machine = new Machine(this.fileSystem, background, host);
  }

  /** By the process that runs now. Nothing is on disk by itself. */
  open(writeBufferBytes?: number): Store<"sync"> {
    const options = { ...STRICT, autoSave: Number.POSITIVE_INFINITY };
    return this.machine.openDirectory({ options, tables: TABLES, writeBufferBytes });
  }

  /** A step is over: what the store holds now is on disk. */
  keep(store: Store<"sync">): void {
    this.keepState(directoryDigest(store));
  }

  /** {@link keep}, where the store isn't open any more. */
  keepState(state: string): void {
    const last = this.#states.push(state) - 1;
    this.#bounds.ceiling = last;
    this.#bounds = newBounds(last);
    this.#trace.moment();
  }

  /** The power doesn't go before, and all that was written so far is on disk by then: the system has found the time. */
  watch(): void {
    this.#writeBack(this.#memory.root);
    this.#watchedFrom = this.#trace.now;
  }

  #writeBack(inode: Inode): void {
    this.#trace.synced(inode, this.#trace.now);
    if (!(inode instanceof MemoryDirectory)) return;
    for (const inner of inode.entries.values()) this.#writeBack(inner);
  }

  /** Lets the power go at each moment so far. */
  check(): void {
    const { events } = this.#trace;
    for (const { happening } of events.slice(0, this.#watchedFrom)) this.#disk.happen(happening);
    const exploration = new Exploration({ tables: TABLES, options: QUIET }, new Random(1));
    const watched = events.slice(this.#watchedFrom);
    exploration.explore(this.#disk, watched, this.#states, { all: IMAGES, some: IMAGES });
    expect(exploration.failures).toEqual([]);
  }
}

/** Nothing needs to be repaired. */
const STRICT: FileOptions = { repair: false };
/** And nothing goes on in the background, of so many tables. */
const QUIET: FileOptions = { ...STRICT, ramFile: true };

function newBounds(floor: number) {
  return { floor, ceiling: floor, others: [] };
}
