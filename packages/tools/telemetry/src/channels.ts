import { type TracingChannel, tracingChannel } from "node:diagnostics_channel";
import { OPERATIONS, type StoreOperation } from "./operation.js";
import type { StoreCall } from "./store-call.js";

/** A tracing channel whose messages are calls. */
export type CallChannel = TracingChannel<unknown, StoreCall>;

/** The channel of each operation: `tracing:store:lookup:start` and so on. */
export const channels: Readonly<Record<StoreOperation, CallChannel>> = Object.fromEntries(
  OPERATIONS.map((operation) => [operation, tracingChannel<unknown, StoreCall>(`store:${operation}`)]),
) as Record<StoreOperation, CallChannel>;

/** Whether anybody listens to any of its five events. */
export function isHeard({ start, end, asyncStart, asyncEnd, error }: CallChannel): boolean {
  return (
    start.hasSubscribers ||
    end.hasSubscribers ||
    asyncStart.hasSubscribers ||
    asyncEnd.hasSubscribers ||
    error.hasSubscribers
  );
}
