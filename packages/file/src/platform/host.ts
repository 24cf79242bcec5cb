/** Who runs: enough to tell, on the same host, whether it still does. What isn't known is undefined. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Of the running system: another one after each boot. */
  readonly boot?: string | undefined;
  /** The namespace that the pid belongs to: in each container there is a pid 1. */
  readonly namespace?: string | undefined;
  /** When the process started, in the system's own units. */
  readonly start?: string | undefined;
  /** The worker thread; 0 for the main one. */
  readonly thread: number;
}

/** A timer that can be taken back. Neither kind keeps the process alive. */
export interface Timer {
  cancel(): void;
}

/** What the engine asks of its surroundings but files: who it is, who else is alive, time. */
export interface Host {
  readonly process: ProcessIdentity;
  /** Whether that process runs; undefined where it can't be told from here. */
  isAlive(process: ProcessIdentity): boolean | undefined;
  /** Milliseconds since the epoch; may jump. */
  wallTime(): number;
  /** Milliseconds since some point; never goes back, and may stand still while the machine sleeps. */
  monotonicTime(): number;
  /** Calls back once, after some milliseconds. */
  startTimer(milliseconds: number, callback: () => void): Timer;
  /** Calls back once, as soon as other work of the event loop has had its turn. */
  defer(callback: () => void): Timer;
  /** A random UUID. */
  uuid(): string;
}
