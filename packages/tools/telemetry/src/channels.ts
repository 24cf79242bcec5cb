import { type Channel, type TracingChannel, tracingChannel } from "node:diagnostics_channel";
import { OPERATIONS, type StoreOperation } from "./operation.js";
import type { StoreCall } from "./store-call.js";

/** A tracing channel whose messages are calls. */
export type CallChannel = TracingChannel<unknown, StoreCall>;

/** The channel of each operation: `tracing:store:lookup:start` and so on. */
export const channels: Readonly<Record<StoreOperation, CallChannel>> = Object.fromEntries(
  OPERATIONS.map((operation) => [
    operation,
    tracingChannel<unknown, StoreCall>(`store:${operation}`),
  ]),
) as Record<StoreOperation, CallChannel>;

/** Whoever listens to any of a channel's five events, and who has to know. */
export class Audience {
  readonly #events: readonly Channel[];
  /** Tables, weakly: one that nobody closes mustn't be kept by its channel. */
  readonly #followers = new Set<WeakRef<() => void>>();
  isThere = false;

  constructor({ start, end, asyncStart, asyncEnd, error }: CallChannel) {
    this.#events = [start, end, asyncStart, asyncEnd, error];
    for (const event of this.#events)
      for (const change of CHANGES) noteAfter(event, change, () => this.#note());
    this.#note();
  }

  /** @param follower called when somebody comes and nobody did before, or the last one goes; held weakly */
  follow(follower: () => void): () => void {
    const reference = new WeakRef(follower);
    this.#followers.add(reference);
    return () => this.#followers.delete(reference);
  }

  #note(): void {
    const isThere = this.#events.some(({ hasSubscribers }) => hasSubscribers);
    if (isThere === this.isThere) return;
    this.isThere = isThere;
    for (const reference of this.#followers) {
      const follower = reference.deref();
      if (follower === undefined) this.#followers.delete(reference);
      else follower();
    }
  }
}

const CHANGES = ["subscribe", "unsubscribe", "bindStore", "unbindStore"] as const;

/**
 * Asks to be told after somebody has come or gone. Node has nothing for that; but these channels are ours, and this is how
 * anybody subscribes. Another copy of this module may have done the same before.
 */
function noteAfter(event: Channel, change: (typeof CHANGES)[number], note: () => void): void {
  const noted: unknown = Object.getOwnPropertyDescriptor(event, change)?.value;
  Object.defineProperty(event, change, {
    configurable: true,
    writable: true,
    value: (...args: unknown[]): unknown => {
      // With its first subscriber a channel gets another prototype.
      const method: unknown = noted ?? Reflect.get(Object.getPrototypeOf(event), change);
      const result: unknown = Reflect.apply(method as (...args: unknown[]) => unknown, event, args);
      note();
      return result;
    },
  });
}

export const audiences: Readonly<Record<StoreOperation, Audience>> = Object.fromEntries(
  OPERATIONS.map((operation) => [operation, new Audience(channels[operation])]),
) as Record<StoreOperation, Audience>;
