/** Who runs: enough to tell, on the same host, whether it still does. What isn't known is undefined. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host?: string | undefined;
  /** Of the running system: another one after each boot. */
  readonly boot?: string | undefined;
  /** The namespace that the pid belongs to: in each container there is a pid 1. */
  readonly namespace?: string | undefined;
  /** When the process started, in the system's own units. */
  readonly start?: string | undefined;
  /** The worker thread; 0 for the main one. */
  readonly thread: number;
}

/**
 * What is known of a process.
 *
 * - `running`, `stopped` (by a signal or a debugger), `ended`: certain, of that process and no other that has its pid by now;
 * - `unproven`: a process of that pid runs on this system, and it may be another one;
 * - `unknown`: it may be of another system, or this one doesn't say.
 */
export type ProcessState = "running" | "stopped" | "ended" | "unproven" | "unknown";

/** A timer that can be taken back. Neither kind keeps the process alive. */
export interface Timer {
  cancel(): void;
}

/** What the engine asks of its surroundings but files: who it is, who else is alive, time. */
export interface Host {
  readonly process: ProcessIdentity;
  stateOf(process: ProcessIdentity): ProcessState;
  /**
   * Whether that process, of this system, has the file open for writing: what a thread had open is closed when it ends,
   * however it ends. undefined where it can't be told.
   */
  hasOpen(process: ProcessIdentity, path: string): boolean | undefined;
  /** Milliseconds since the epoch; may jump. */
  wallTime(): number;
  /** Milliseconds since some point; never goes back, and may stand still while the machine sleeps. */
  monotonicTime(): number;
  /** Holds up this thread. */
  sleep(milliseconds: number): void;
  /** Calls back once, after some milliseconds. */
  startTimer(milliseconds: number, callback: () => void): Timer;
  /** Calls back once, as soon as other work of the event loop has had its turn. */
  defer(callback: () => void): Timer;
  /** A random UUID. */
  uuid(): string;
}
