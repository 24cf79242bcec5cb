import { ManualHost, ManualWorld } from "../../simulation/manual-host.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { errorCode } from "../../src/platform/error-code.js";
import { directoryDigest, HORIZON, miscountedTable } from "../workload/directory-digest.js";
import { type DirectoryOptions, openDirectory } from "../workload/machine.js";
import { DiskState } from "./disk-state.js";
import { type Image, mount } from "./image.js";
import { type Event, Trace } from "./trace.js";

/** What is on the disk is from before the boot, and that takes longer than a heartbeat lasts. */
export class BootedClock {
  #time = 0;
  readonly now = (): number => this.#time;

  boot(): void {
    this.#time = 60_000;
  }
}

/** What opening a data directory has come to: its state, or what is wrong. */
export type Recovered = { readonly state: string } | { readonly wrong: string };

export interface TracedRecovery {
  readonly recovered: Recovered;
  readonly disk: DiskState;
  readonly events: readonly Event[];
}

/** Opens the data directory that is on a disk, on a machine that was started anew. */
export function recover(image: Image, options: DirectoryOptions): Recovered {
  const clock = new BootedClock();
  const fileSystem = new MemoryFileSystem({ now: clock.now });
  mount(image, fileSystem.root);
  clock.boot();
  return open(fileSystem, options, 2).recovered;
}

/**
 * {@link recover}, with all that it and closing the directory did to the disk.
 * @param isDamaged whether bytes of the image were changed
 */
export function recoverTraced(
  image: Image,
  options: DirectoryOptions,
  isDamaged: boolean,
): TracedRecovery {
  const bounds = { floor: 0, ceiling: 0, others: [] };
  const trace = new Trace(() => bounds);
  const clock = new BootedClock();
  const fileSystem = new MemoryFileSystem({ now: clock.now, observer: trace });
  mount(image, fileSystem.root);
  clock.boot();
  const disk = new DiskState(fileSystem.root, image);
  const { recovered, close } = open(fileSystem, options, 1);
  try {
    close();
  } catch (error) {
    // A block that nobody had read is read by a compaction first.
    if (!isDamaged || errorCode(error) !== "STORE_CORRUPT") throw error;
  }
  return { recovered, disk, events: trace.events };
}

/** A process of the same machine, later than all others: those are dead. Another one for each start. */
export function newHost(start: number): ManualHost {
  const world = new ManualWorld();
  world.starts = start * 1_000_000;
  world.uuids = start * 1_000_000;
  return new ManualHost({}, world);
}

function open(fileSystem: MemoryFileSystem, options: DirectoryOptions, start: number) {
  const { stackTraceLimit } = Error;
  // Much of the time would go into the stacks of errors that are expected.
  Error.stackTraceLimit = 0;
  let close = () => {};
  try {
    const host = newHost(start);
    host.shiftWallTime(HORIZON - host.wallTime());
    const store = openDirectory(fileSystem, host, options);
    close = () => store.close();
    const recovered: Recovered = { state: directoryDigest(store) };
    const miscounted = miscountedTable(store);
    if (miscounted !== undefined) return { recovered: { wrong: miscounted }, close };
    return { recovered, close };
  } catch (error) {
    const recovered: Recovered = { wrong: String(error) };
    return { recovered, close };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
