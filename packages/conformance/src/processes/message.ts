import type { Resident } from "./resident.js";

/** What a process can be asked to do: a method of its {@link Resident}. */
export type Deed = keyof Resident;

/** From the kit to a process. One at a time. */
export interface Question<D extends Deed = Deed> {
  readonly deed: D;
  readonly args: Parameters<Resident[D]>;
}

/** From a process to the kit: one for each question, and before it any number of {@link Progress}. */
export type Answer = { readonly value: unknown } | { readonly error: SentError };

/** How many steps of a life have returned. */
export interface Progress {
  readonly step: number;
}

/** What remains of an error on its way between processes. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly code: unknown;
}
