import { createStore, type Store } from "@store/core";
import { fileAdapter, type NormalizedFileOptions } from "@store/file";
import type { Failure } from "../protocol/failure.js";
import { DEFAULT_LIMITS } from "../server/limits.js";
import { type Listener, listen } from "../server/listener.js";
import { StoreServer } from "../server/store-server.js";
import { localWires } from "../wire/local-wire.js";
import type { Wire } from "../wire/wire.js";

/** The table by which the directory is kept: it is owned for as long as one is open. */
const DOMAIN = "@store/server";
const TABLE = "owner";

/** A process of one user has a few clients; those of one cluster trust each other. */
const LIMITS = { ...DEFAULT_LIMITS, maxConnections: 100_000, maxFrameBytes: 2 ** 31 - 1 };

/** The data directory, in the hands of this process, which serves it to the others. */
export class Owner {
  readonly #store: Store;
  readonly #server: StoreServer;
  readonly #listener: Listener;

  private constructor(store: Store, server: StoreServer, listener: Listener) {
    this.#store = store;
    this.#server = server;
    this.#listener = listener;
  }

  /**
   * Takes the directory, and listens at the path. Throws `STORE_LOCKED`, without waiting, while another process has it.
   * @param onFenced called when the directory was taken from this process
   */
  static async claim(
    options: NormalizedFileOptions,
    path: string,
    onFenced: () => void,
  ): Promise<Owner> {
    const store = createStore({ adapter: fileAdapter, options: { ...options, lockTimeout: 0 } });
    try {
      store.ensureTable(DOMAIN, TABLE);
      const server = new StoreServer(store, LIMITS, undefined, ({ code }: Failure) => {
        if (code === "STORE_FENCED") onFenced();
      });
      const accept = (wire: Wire) => server.accept(wire);
      const listener = await listen({ path }, accept, { replaces: true, isHeld: false });
      return new Owner(store, server, listener);
    } catch (error) {
      store.close();
      throw error;
    }
  }

  /** A wire for this very process. */
  connect(): Wire {
    const [mine, theirs] = localWires();
    this.#server.accept(theirs);
    return mine;
  }

  /** Hands the directory on: the others are told what was begun, and one of them takes it. */
  async close(): Promise<void> {
    this.#listener.close();
    await this.#server.close();
    this.#store.close();
  }

  /** Lets go of what isn't its own any more. */
  abandon(): void {
    this.#listener.abandon();
    this.#server.destroy();
    try {
      this.#store.close();
    } catch {
      // It was fenced: there is nothing left to write.
    }
  }
}
