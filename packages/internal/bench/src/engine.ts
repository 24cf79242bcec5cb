import type { Records } from "./records.js";

export type Awaitable<T> = T | Promise<T>;

/**
 * One of those that are compared, open, with loops of its own, so that nothing stands between the loop and what it calls.
 * What reads returns something that shows that it has read: the sum of the lengths of the values, or of the counters.
 */
export interface Engine {
  /** What isn't measured, before anything else. Engines that hold texts learn here whether these are objects. */
  prepare?(records: Records): void;
  /** Puts the records in, one call each. */
  insert?(records: Records): Awaitable<void>;
  /** Puts the records in, so many in a call or transaction. */
  insertBatches?(records: Records, size: number): Awaitable<void>;
  /** Reads the values of the keys, one call each. */
  lookup?(keys: readonly string[]): Awaitable<number>;
  /** Asks for keys that aren't there, one call each. Returns how many weren't. */
  miss?(keys: readonly string[]): Awaitable<number>;
  /** Reads the values of so many records from each of the keys on, in order. */
  range?(keys: readonly string[], length: number): Awaitable<number>;
  /** Adds one to the counter of each key, and reads it. */
  count?(keys: readonly string[]): Awaitable<number>;
  /** Goes from each key to the next, one call each. Returns how many keys it came by. */
  walk?(): Awaitable<number>;
  /** Reads all values, in any order. */
  fold?(): Awaitable<number>;
  /** Returns when all is on disk, and nothing goes on in the background. */
  settle?(): Awaitable<void>;
  /** Gives the room of overwritten records back. */
  compact?(): Awaitable<void>;
  close(): Awaitable<void>;
}

/** How an engine is opened. */
export interface Setup {
  /** As it is shown. */
  readonly title: string;
  /** What has happened to a record when the call returns, or its promise resolves. */
  readonly acknowledged: "in memory" | "buffered" | "in the OS" | "on disk";
  open(location: Location): Awaitable<Engine>;
}

/** Where an engine is opened. */
export interface Location {
  /** Empty, or that of an earlier one of the same setup. */
  readonly directory: string;
  /** The workspace whose packages are ours: this one, or that of another commit. */
  readonly workspace: string;
}
