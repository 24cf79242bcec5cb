import type { Location, Setup } from "./engine.js";
import type { ErlangSetup } from "./engines/erlang.js";

export type Unit = "ns" | "ms" | "bytes";

/** What one measurement came to. */
export interface Measured {
  readonly value: number;
  readonly gcShare?: number;
}

/** Something that is measured of each engine, each time in a process of its own. Less is better. */
export interface Benchmark {
  /** For a person, and for the command line. */
  readonly name: string;
  /** What `value` counts: nanoseconds per call, milliseconds in all, bytes per record. */
  readonly unit: Unit;
  /** Ours come first; the first one is that which the others are compared with. */
  readonly engines: readonly AnySetup[];
  /** So many records whatever the run's size: what waits for the disk takes too long for more, or opens 1,000,000. */
  readonly records?: number;
  /** Those that are also measured with few and with many records. */
  readonly grows?: readonly AnySetup[];
  measure(setup: AnySetup, task: Task): Promise<Measured>;
}

export type AnySetup = Setup | ErlangSetup;

/** What a process is to measure. */
export interface Task extends Location {
  readonly count: number;
  /** For so many milliseconds a loop runs before it is measured: the compiler's time. */
  readonly warmUp: number;
}

export const isErlang = (setup: AnySetup): setup is ErlangSetup => "table" in setup;
