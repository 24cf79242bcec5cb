import { MemoryFileSystem } from "../../test/support/memory-file-system.js";
import { DiskState } from "../power-cut/disk-state.js";
import { mount } from "../power-cut/image.js";
import { BootedClock, newHost, type Recovered, type Subject } from "../power-cut/recovery.js";
import { Trace } from "../power-cut/trace.js";
import { directoryDigest, HORIZON, tablesOf } from "./directory-digest.js";
import { type DirectoryOptions, openDirectory } from "./tree-machine.js";

/** A data directory as what is opened after power was cut. */
export function directorySubject(options: DirectoryOptions): Subject {
  return {
    recover(image) {
      const clock = new BootedClock();
      const fileSystem = new MemoryFileSystem({ now: clock.now });
      mount(image, fileSystem.root);
      clock.boot();
      return open(fileSystem, options, 2).recovered;
    },
    recoverTraced(image) {
      const bounds = { floor: 0, ceiling: 0, others: [] };
      const trace = new Trace(() => bounds);
      const clock = new BootedClock();
      const fileSystem = new MemoryFileSystem({ now: clock.now, observer: trace });
      mount(image, fileSystem.root);
      clock.boot();
      const disk = new DiskState(fileSystem.root, image);
      const { recovered, close } = open(fileSystem, options, 1);
      close();
      return { recovered, disk, events: trace.events };
    },
  };
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

/** The sizes of tables are kept beside their records: they are the same. */
export function miscountedTable(store: Parameters<typeof tablesOf>[0]): string | undefined {
  for (const { domain, name, table } of tablesOf(store)) {
    const { size } = table.info();
    const count = [...table.records()].length;
    if (size !== count) return `${domain}/${name} has ${count} records, and says ${size}`;
  }
  return undefined;
}
