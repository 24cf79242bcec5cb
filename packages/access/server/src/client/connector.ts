import type { Failure } from "../protocol/failure.js";
import type { Wire } from "../wire/wire.js";

/** How a client comes to a wire. */
export interface Connector {
  /**
   * Connects. Rejects where that fails for now: it is tried again.
   * @param isWanted whether anybody still waits for it
   */
  connect(isWanted: () => boolean): Promise<Wire>;
  /** The server has refused the client. Returns whether there is no use in trying again. */
  isFinal(failure: Failure): boolean;
}

/** What a client is made with. */
export interface ClientOptions {
  readonly connector: Connector;
  /** Milliseconds. */
  readonly callTimeout: number;
  readonly token: string | undefined;
  /** Looks for a server also while nobody calls. */
  readonly isEager: boolean;
}
