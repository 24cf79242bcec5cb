import type { TableType } from "@store/core";
import type { FileOptions } from "../../src/options.js";
import { errorCode } from "../../src/platform/error-code.js";
import { ManualHost, ManualWorld } from "../../test/support/manual-host.js";
import { MemoryFileSystem } from "../../test/support/memory-file-system.js";
import { digestOf } from "../life/digest.js";
import { openTable } from "../life/machine.js";
import { DiskState } from "./disk-state.js";
import { type Image, mount } from "./image.js";
import { type Event, Trace } from "./trace.js";

/** The table as it is opened after power was cut. */
export interface TableOptions {
  readonly type: TableType;
  readonly options: FileOptions;
}

/** What is on the disk is from before the boot, and that takes longer than a heartbeat lasts. */
export class BootedClock {
  #time = 0;
  readonly now = (): number => this.#time;

  boot(): void {
    this.#time = 60_000;
  }
}

/** What opening a table has come to: its state, or what is wrong. */
export type Recovered = { readonly state: string } | { readonly wrong: string };

/** What is opened after power was cut. */
export interface Subject {
  /** Opens what is on a disk, on a machine that was started anew. */
  recover(image: Image): Recovered;
  /**
   * {@link recover}, with all that it and closing did to the disk.
   * @param isDamaged whether bytes of the image were changed
   */
  recoverTraced(image: Image, isDamaged: boolean): TracedRecovery;
}

export interface TracedRecovery {
  readonly recovered: Recovered;
  readonly disk: DiskState;
  readonly events: readonly Event[];
}

/** A table as a subject. */
export function tableSubject(table: TableOptions): Subject {
  return {
    recover: (image) => recover(image, table),
    recoverTraced: (image, isDamaged) => recoverTraced(image, table, isDamaged),
  };
}

/** Opens the table that is on a disk, on a machine that was started anew. */
export function recover(image: Image, table: TableOptions): Recovered {
  const clock = new BootedClock();
  const fileSystem = new MemoryFileSystem({ now: clock.now });
  mount(image, fileSystem.root);
  clock.boot();
  return open(fileSystem, table, 2).recovered;
}

/**
 * {@link recover}, with all that it and closing the table did to the disk.
 * @param isDamaged whether bytes of the image were changed
 */
export function recoverTraced(
  image: Image,
  table: TableOptions,
  isDamaged: boolean,
): TracedRecovery {
  const bounds = { floor: 0, ceiling: 0, others: [] };
  const trace = new Trace(() => bounds);
  const clock = new BootedClock();
  const fileSystem = new MemoryFileSystem({ now: clock.now, observer: trace });
  mount(image, fileSystem.root);
  clock.boot();
  const disk = new DiskState(fileSystem.root, image);
  const { recovered, close } = open(fileSystem, table, 1);
  try {
    close();
  } catch (error) {
    // With a hint, dead bytes are read by a compaction first.
    if (!isDamaged || errorCode(error) !== "STORE_CORRUPT") throw error;
  }
  return { recovered, disk, events: trace.events };
}

function open(fileSystem: MemoryFileSystem, { type, options }: TableOptions, start: number) {
  let close = () => {};
  const { stackTraceLimit } = Error;
  // Much of the time would go into the stacks of errors that are expected.
  Error.stackTraceLimit = 0;
  try {
    const opened = openTable(fileSystem, newHost(start), type, options);
    close = opened.close;
    const recovered: Recovered = { state: digestOf(opened.table) };
    return { recovered, close };
  } catch (error) {
    const recovered: Recovered = { wrong: String(error) };
    return { recovered, close };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** A process of the same machine, later than all others: those are dead. Another one for each start. */
export function newHost(start: number): ManualHost {
  const world = new ManualWorld();
  world.starts = start * 1_000_000;
  world.uuids = start * 1_000_000;
  return new ManualHost({}, world);
}
