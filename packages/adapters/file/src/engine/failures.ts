import type { Toolkit } from "@store/core";
import type { Lease } from "../ownership/lease.js";
import { errorCode } from "../platform/error-code.js";
import { errorMessage } from "../platform/error-message.js";

const REFUSAL =
  "an earlier sync failed, and it is not known what of it is on disk: nothing more is written. Close the store and open it again";

/** Why a tree can't be written, and what failed while nobody could be told. */
export class Failures {
  readonly #lease: Lease;
  readonly #error: Toolkit["error"];
  /** A failure in the background that nobody was told of yet. */
  #deferred: unknown;
  /** Why nothing can be written any more. */
  #refusal: { readonly cause: unknown } | undefined;

  constructor(lease: Lease, error: Toolkit["error"]) {
    this.#lease = lease;
    this.#error = error;
  }

  /** Whether the next call that writes is told of one. */
  get isPending(): boolean {
    return this.#deferred !== undefined || this.#refusal !== undefined;
  }

  /** Whether nothing can be written any more. */
  get isRefusing(): boolean {
    return this.#refusal !== undefined;
  }

  /** Before a write: throws if there can't be one, and what failed in the background, once. */
  check(): void {
    const deferred = this.takeDeferred();
    if (deferred !== undefined) throw deferred;
    if (this.#lease.isLost) this.#lease.check();
    if (this.#refusal !== undefined) throw this.#error("STORE_IO", REFUSAL, this.#refusal.cause);
  }

  /** Keeps a failure in the background for the next call; the first one, if there are several. */
  defer(error: unknown): void {
    this.#deferred ??= error;
  }

  /** What the next call would be told, which it isn't then. */
  takeDeferred(): unknown {
    const deferred = this.#deferred;
    this.#deferred = undefined;
    return deferred;
  }

  /** Does something in the background, whatever failed before: that isn't a reason not to write. */
  deferring(action: () => void): void {
    const earlier = this.takeDeferred();
    try {
      action();
    } catch (error) {
      this.defer(error);
    }
    this.#deferred = earlier ?? this.#deferred;
  }

  /** Nothing can be written from now on. */
  refuse(cause: unknown): void {
    this.#refusal = { cause };
  }

  /** What the lease, the disk or a bug says, as the error of a call. */
  of(what: string, cause: unknown): Error {
    if (errorCode(cause)?.startsWith("STORE_")) return cause as Error;
    try {
      // The next owner removes the files under our hands: that is the reason then.
      this.#lease.verify();
    } catch (fenced) {
      return fenced as Error;
    }
    return this.#error("STORE_IO", `${what} failed: ${errorMessage(cause)}`, cause);
  }
}
