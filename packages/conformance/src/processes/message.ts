import type { Worker } from "./worker.js";

/** What a process can be asked to do: a method of {@link Worker}. */
export type WorkerMethod = keyof Worker;

/** From the kit to a process, one at a time. */
export interface WorkerRequest<M extends WorkerMethod = WorkerMethod> {
  readonly method: M;
  readonly args: Parameters<Worker[M]>;
}

/** From a process to the kit: one for each request, after any number of {@link Progress} messages. */
export type WorkerResponse = { readonly value: unknown } | { readonly error: SentError };

/** How many steps of a workload have returned. */
export interface Progress {
  readonly step: number;
}

/** The parts of an error that are sent between processes. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly code: unknown;
}
