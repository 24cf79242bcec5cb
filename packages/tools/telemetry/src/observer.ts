import type { StoreCall } from "./store-call.js";

/** Is called when the call is over. */
export type Ended = (call: StoreCall) => void;

/** Who is told of every call, whether anybody listens to a channel or not. */
export interface Observer {
  begin(call: StoreCall): Ended;
  /** Does what belongs to a call, so that whatever it begins belongs to it as well. */
  within?<T>(call: StoreCall, work: () => T): T;
}
