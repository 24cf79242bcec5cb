import type { Toolkit } from "@store/core";
import type { Welcome } from "../protocol/handshake.js";
import type { Call } from "./call.js";

/** Whether nobody can tell if a call that isn't answered was done: a write that was sent. */
export function isUncertain({ isWrite, sentTo }: Call): boolean {
  return isWrite && sentTo !== undefined;
}

/** The errors of calls that aren't answered. */
export class CallFailures {
  readonly #error: Toolkit["error"];
  readonly #callTimeout: number;

  constructor(error: Toolkit["error"], callTimeout: number) {
    this.#error = error;
    this.#callTimeout = callTimeout;
  }

  /** @param reason what there is to add about the connection */
  late(call: Call, reason: string): Error {
    const why = `no answer came within ${this.#callTimeout} ms`;
    return isUncertain(call) ? this.unknown(why) : this.#error("STORE_UNAVAILABLE", why + reason);
  }

  unknown(why: string): Error {
    return this.#error("STORE_OUTCOME_UNKNOWN", `${why}: the write may have happened, or not`);
  }

  /** Throws for a call that the server wouldn't let in. Before a server has said what it does, all may pass. */
  checkLength(length: number, welcome: Welcome | undefined): void {
    const most = welcome?.maxFrameBytes ?? Number.POSITIVE_INFINITY;
    if (length <= most) return;
    throw this.#error(
      "STORE_INVALID_OPERATION",
      `the call takes ${length} bytes, and the server lets in at most ${most}`,
    );
  }
}
