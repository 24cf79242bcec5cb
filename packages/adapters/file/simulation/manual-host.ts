import type { Host, ProcessIdentity, ProcessState, Timer } from "../src/platform/host.js";
import { ManualClock } from "./manual-clock.js";

/** What processes share. */
export class ManualWorld {
  readonly clock = new ManualClock();
  readonly running = new Set<ManualHost>();
  /** How many processes were started, and UUIDs given out. */
  starts = 0;
  uuids = 0;
}

/**
 * A process, or a thread of one, in a world of several: they share time, which the test moves, and know of each other's
 * end. One that was killed, or is stopped, isn't called back.
 */
export class ManualHost implements Host {
  readonly process: ProcessIdentity;
  /** Milliseconds by which the clock of this process is wrong. */
  clockError = 0;
  /** What `hasOpen` says of all others. */
  seesOpen: boolean | undefined;
  readonly #world: ManualWorld;
  #stopped = false;

  /** What `identity` doesn't say is that of a new process on the one machine of the world. */
  constructor(identity: Partial<ProcessIdentity> = {}, world = new ManualWorld()) {
    world.starts++;
    this.process = {
      pid: 1000 + world.starts,
      host: "host",
      boot: "boot",
      namespace: "namespace",
      start: String(world.starts),
      thread: 0,
      ...identity,
    };
    this.#world = world;
    world.running.add(this);
  }

  /** Another process of the same world; or another thread, if it takes over all of an identity but that. */
  spawn(identity: Partial<ProcessIdentity> = {}): ManualHost {
    return new ManualHost(identity, this.#world);
  }

  /** Ends a process, with all its threads. */
  kill(identity: ProcessIdentity): void {
    for (const host of this.#hostsOf(identity)) this.#world.running.delete(host);
  }

  /** Stops this process. It is alive; what becomes due waits for {@link resume}. */
  stop(): void {
    this.#stopped = true;
  }

  resume(): void {
    this.#stopped = false;
  }

  stateOf(identity: ProcessIdentity): ProcessState {
    const { host, boot, namespace } = identity;
    const isKnown = ![host, boot, namespace].includes(undefined);
    if (!isKnown || !onSameMachine(this.process, identity)) return "unknown";
    const hosts = this.#hostsOf(identity);
    if (hosts.length === 0) return "ended";
    if (identity.start === undefined) return "unproven";
    return hosts.every((host) => host.#stopped) ? "stopped" : "running";
  }

  hasOpen(): boolean | undefined {
    return this.seesOpen;
  }

  wallTime(): number {
    return this.#world.clock.wallTime + this.clockError;
  }

  monotonicTime(): number {
    return this.#world.clock.monotonicTime;
  }

  startTimer(milliseconds: number, callback: () => void): Timer {
    return this.#world.clock.startTimer(milliseconds, callback, this.#runs);
  }

  /** Lets time pass, for all processes. */
  sleep(milliseconds: number): void {
    this.advance(milliseconds);
  }

  defer(callback: () => void): Timer {
    return this.#world.clock.defer(callback, this.#runs);
  }

  /** Counts, through all processes. */
  uuid(): string {
    this.#world.uuids++;
    return `00000000-0000-4000-8000-${String(this.#world.uuids).padStart(12, "0")}`;
  }

  /** {@link ManualClock.advance}, for all processes. */
  advance(milliseconds: number): void {
    this.#world.clock.advance(milliseconds);
  }

  /** {@link ManualClock.shiftWallTime}, for all processes. */
  shiftWallTime(milliseconds: number): void {
    this.#world.clock.shiftWallTime(milliseconds);
  }

  /** {@link ManualClock.runDeferred}, for all processes. */
  runDeferred(): number {
    return this.#world.clock.runDeferred();
  }

  readonly #runs = (): boolean => this.#world.running.has(this) && !this.#stopped;

  #hostsOf(identity: ProcessIdentity): ManualHost[] {
    return [...this.#world.running].filter(({ process }) => isOfProcess(process, identity));
  }
}

function onSameMachine(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.host === b.host && a.boot === b.boot && a.namespace === b.namespace;
}

function isOfProcess(a: ProcessIdentity, b: ProcessIdentity): boolean {
  const maySame = a.start === undefined || b.start === undefined || a.start === b.start;
  return onSameMachine(a, b) && a.pid === b.pid && maySame;
}
