/** An operation as the function in the database gets it: keys and bodies in hexadecimal. */
export type SqlOperation = Record<string, unknown> & {
  readonly kind: string;
  /** The table. */
  readonly id: number;
};

/** What the function can't compute, and the caller tells it: what becomes of a body, or of a number. */
export interface Unknown {
  readonly at: number;
  readonly body?: string;
  readonly number?: number;
}

/** What an operation of a batch is in the database. */
export interface Step {
  /** In order; the last one has the result. */
  readonly operations: readonly SqlOperation[];
  /** The keys that it reads or writes in sets, and those of bags that must stay free. */
  readonly locks: readonly Uint8Array[];
  /** What the operation of the batch comes to, for what the function answered. */
  result(answer: unknown): unknown;
  /** Adds to what the operation knows. */
  learn(unknown: Unknown): void;
  /** Why the operation can't be done: its key isn't there, or there is no next number. */
  refusal(): Error;
}
