import type { Store } from "@store/core";
import type { Chooser } from "../../prove/power-cut/chooser.js";
import { DiskState } from "../../prove/power-cut/disk-state.js";
import { EMPTY_IMAGE, type Image, mount } from "../../prove/power-cut/image.js";
import { newHost } from "../../prove/power-cut/recovery.js";
import { Trace } from "../../prove/power-cut/trace.js";
import { openDirectory } from "../../prove/workload/machine.js";
import { BackgroundCalls } from "../../simulation/background-calls.js";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import type { ManualHost } from "../../simulation/manual-host.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import type { FileOptions } from "../../src/options.js";

export interface TreeRigOptions extends FileOptions {
  /** Default: so many that nothing is flushed by itself. */
  readonly writeBufferBytes?: number;
}

/** A machine with a data directory: its calls fail when the test says so, and its power can be cut. */
export class TreeRig {
  readonly fileSystem: FailingFileSystem;
  /** Syncs off the main thread, until the test lets them go on. */
  readonly background = new BackgroundCalls({ hold: true });
  readonly memory: MemoryFileSystem;
  host: ManualHost;
  readonly #trace: Trace;
  readonly #disk: DiskState;
  readonly #starts: number;
  #happened = 0;

  constructor(image: Image = EMPTY_IMAGE, starts = 1) {
    const bounds = { floor: 0, ceiling: 0, others: [] };
    this.#starts = starts;
    this.#trace = new Trace(() => bounds);
    this.host = newHost(starts);
    // What is there already is old: so is the heartbeat of an owner who isn't known any more.
    let isMounted = false;
    this.memory = new MemoryFileSystem({
      now: () => (isMounted ? this.host.wallTime() : 0),
      background: this.background,
      observer: this.#trace,
    });
    mount(image, this.memory.root);
    isMounted = true;
    this.#disk = new DiskState(this.memory.root, image);
    this.fileSystem = new FailingFileSystem(this.memory);
  }

  /** Opens the data directory, in which there is a set `t` in the domain `d`. */
  open({ writeBufferBytes = 2 ** 24, ...options }: TreeRigOptions = {}): Store<"sync"> {
    return openDirectory(this.fileSystem, this.host, {
      options: { autoSave: Number.POSITIVE_INFINITY, repair: false, ...options },
      tables: [{ domain: "d", name: "t", type: "set" }],
      writeBufferBytes,
    });
  }

  /** Kills the process, and starts another one. */
  kill(): void {
    this.background.forget();
    this.host.kill(this.host.process);
    this.host = this.host.spawn();
  }

  /** Lets deferred work have a turn, and what follows from it on microtasks. */
  async work(turns = 1): Promise<void> {
    for (let turn = 0; turn < turns; turn++) {
      this.host.runDeferred();
      await settle();
    }
  }

  /** Lets a call in the background come to its end, or fail. */
  async land(failure?: Error): Promise<boolean> {
    const isLanded = this.background.settleNext(failure);
    await settle();
    return isLanded;
  }

  /** All work in the background, to its end. */
  async workAll(): Promise<void> {
    while ((await this.land()) || this.host.runDeferred() > 0) await settle();
  }

  /** Lets work in the background come so far that the directory of a manifest is being synced. */
  async workUntilRenamed(): Promise<void> {
    const before = this.fileSystem.count("rename");
    while (this.fileSystem.count("rename") === before) {
      await this.work();
      if (!(await this.land())) throw new Error("no manifest is being written");
    }
  }

  /** The machine as it starts again after a loss of power. */
  cutPower(chooser: Chooser): TreeRig {
    for (const { happening } of this.#trace.events.slice(this.#happened)) {
      this.#disk.happen(happening);
    }
    this.#happened = this.#trace.events.length;
    return new TreeRig(this.#disk.image(chooser), this.#starts + 1);
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await undefined;
}
