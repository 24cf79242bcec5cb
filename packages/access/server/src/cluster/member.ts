import { setTimeout as delay } from "node:timers/promises";
import { toolkit } from "@store/core";
import type { NormalizedFileOptions } from "@store/file";
import type { Connector } from "../client/connector.js";
import { type Failure, failureOf } from "../protocol/failure.js";
import { connectSocket } from "../wire/connect.js";
import type { Wire } from "../wire/wire.js";
import { Owner } from "./owner.js";
import { isOwnSocket, socketPlace } from "./socket-place.js";

/** Milliseconds between two looks while another process has the directory, and doesn't listen yet. */
const LOOK_EVERY = 5;
/** How long it may have the directory without listening: it may have much to recover. Then it is none of the cluster. */
const SILENT_FOR = 5_000;

/** What says that nobody listens. */
const NOBODY: readonly (string | undefined)[] = ["ENOENT", "ECONNREFUSED"];

/**
 * A process of a cluster: it connects to the owner of the directory, or becomes the owner. Who that is, only the file
 * engine's claim decides.
 */
export class Member implements Connector {
  readonly #options: NormalizedFileOptions;
  #path: string | undefined;
  #owner: Owner | undefined;
  #isClosed = false;

  constructor(options: NormalizedFileOptions) {
    this.#options = options;
  }

  /** Whether this process owns the directory. */
  get isOwner(): boolean {
    return this.#owner !== undefined;
  }

  async connect(isWanted: () => boolean): Promise<Wire> {
    this.#path ??= socketPlace(this.#options.dataDir);
    const patience = Math.max(SILENT_FOR, this.#options.lockTimeout);
    const from = performance.now();
    for (;;) {
      const wire = await this.#tryToConnect(this.#path);
      if (wire !== undefined) return wire;
      try {
        return await this.#tryToOwn(this.#path);
      } catch (error) {
        const isLocked = failureOf(error).code === "STORE_LOCKED";
        if (!isLocked || !isWanted() || performance.now() - from > patience) throw error;
      }
      await delay(LOOK_EVERY);
    }
  }

  /** Also `STORE_LOCKED`: another program has the directory, and doesn't share it. What is damaged stays so. */
  isFinal({ code }: Failure): boolean {
    return code !== "STORE_UNAVAILABLE" && code !== "STORE_IO";
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const owner = this.#owner;
    this.#owner = undefined;
    await owner?.close();
  }

  /** Undefined: nobody listens. */
  async #tryToConnect(path: string): Promise<Wire | undefined> {
    if (this.#owner !== undefined) return this.#owner.connect();
    if (!isOwnSocket(path)) {
      throw toolkit.error("STORE_INVALID_OPTIONS", `${path} belongs to another user`);
    }
    try {
      return await connectSocket({ path });
    } catch (error) {
      if (NOBODY.includes((error as NodeJS.ErrnoException).code)) return undefined;
      throw error;
    }
  }

  async #tryToOwn(path: string): Promise<Wire> {
    const owner = await Owner.claim(this.#options, path, () => this.#stepDown());
    if (this.#isClosed) {
      await owner.close();
      throw toolkit.error("STORE_UNAVAILABLE", "the store was closed meanwhile");
    }
    this.#owner = owner;
    return owner.connect();
  }

  /** The directory was taken away: whoever has it now is looked for. */
  #stepDown(): void {
    const owner = this.#owner;
    this.#owner = undefined;
    owner?.abandon();
  }
}
