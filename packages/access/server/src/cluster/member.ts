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
  /** The directory can't be had, and not because another process has it. */
  #isHopeless = false;
  #owner: Owner | undefined;
  /** Calls wait for the next owner then, whatever it has to recover. */
  #wasConnected = false;
  #isClosed = false;

  constructor(options: NormalizedFileOptions) {
    this.#options = options;
  }

  /** Whether this process owns the directory. */
  get isOwner(): boolean {
    return this.#owner !== undefined;
  }

  async connect(isWanted: () => boolean): Promise<Wire> {
    const patience = Math.max(SILENT_FOR, this.#options.lockTimeout);
    const from = performance.now();
    for (;;) {
      const path = this.#found(() => socketPlace(this.#options.dataDir));
      let wire = await this.#tryToConnect(path);
      try {
        wire ??= await this.#tryToOwn(path);
        this.#wasConnected = true;
        return wire;
      } catch (error) {
        const isLocked = failureOf(error).code === "STORE_LOCKED";
        this.#isHopeless = !isLocked;
        if (!isLocked || !isWanted() || performance.now() - from > patience) throw error;
      }
      await delay(LOOK_EVERY);
    }
  }

  /**
   * At first, that the directory can't be made or opened, and `STORE_LOCKED`, where a program has it that doesn't share
   * it. Later calls wait for the next owner, whatever becomes of the directory meanwhile.
   */
  isFinal({ code }: Failure): boolean {
    if (code === "STORE_INVALID_OPTIONS" || code === "STORE_NOT_SUPPORTED") return true;
    return !this.#wasConnected && (this.#isHopeless || code === "STORE_LOCKED");
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const owner = this.#owner;
    this.#owner = undefined;
    await owner?.close();
  }

  #found(place: () => string): string {
    this.#isHopeless = true;
    this.#path ??= place();
    this.#isHopeless = false;
    return this.#path;
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
