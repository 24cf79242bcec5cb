import { type Failure, failureOf } from "../protocol/failure.js";
import type { Wire } from "../wire/wire.js";
import type { Connector } from "./connector.js";

/** Milliseconds between two attempts: the first ones come soon. */
const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 250;

/** Whom a reconnection tells what it comes to. */
export interface ReconnectionHost {
  /** Whether a connection is needed. */
  isWanted(): boolean;
  connected(wire: Wire): void;
  /** There is no use in trying: what waits has failed. */
  gaveUp(failure: Failure): void;
}

/** Connects, again and again, for as long as that is wanted. */
export class Reconnection {
  readonly #connector: Connector;
  readonly #host: ReconnectionHost;
  #isTrying = false;
  #pause = 0;
  #failure: Failure | undefined;

  constructor(connector: Connector, host: ReconnectionHost) {
    this.#connector = connector;
    this.#host = host;
  }

  /** What the last attempt failed with, to be put behind a message. */
  get reason(): string {
    return this.#failure === undefined ? "" : `; last failure: ${this.#failure.message}`;
  }

  /** Connects, unless it is doing so. */
  begin(): void {
    if (this.#isTrying) return;
    this.#isTrying = true;
    this.#try().catch((error: unknown) => {
      this.#isTrying = false;
      this.#host.gaveUp(failureOf(error));
    });
  }

  /** The connection is good. */
  succeeded(): void {
    this.#pause = 0;
    this.#failure = undefined;
  }

  /** The connection has ended. */
  broken(failure: Failure | undefined): void {
    this.#failure = failure ?? this.#failure;
    if (this.#host.isWanted()) this.begin();
  }

  async #try(): Promise<void> {
    const isWanted = () => this.#host.isWanted();
    while (isWanted()) {
      if (this.#pause > 0) await paused(this.#pause);
      this.#pause = Math.min(Math.max(FIRST_PAUSE, 2 * this.#pause), LONGEST_PAUSE);
      try {
        const wire = await this.#connector.connect(isWanted);
        this.#isTrying = false;
        this.#host.connected(wire);
        return;
      } catch (error) {
        this.#failure = failureOf(error);
        if (this.#connector.isFinal(this.#failure)) this.#host.gaveUp(this.#failure);
      }
    }
    this.#isTrying = false;
  }
}

/** Keeps no process alive: a call that waits does. */
function paused(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
