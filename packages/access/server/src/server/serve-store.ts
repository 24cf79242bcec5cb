import { StoreError, type StoreErrorCode } from "@store/core";
import { failureOf } from "../protocol/failure.js";
import type { AnyStore } from "../requests/served-store.js";
import { listen } from "./listener.js";
import { normalizeServeOptions, type ServeOptions } from "./serve-options.js";
import { StoreServer } from "./store-server.js";

/** A store that is served. */
export interface ServedStoreHandle {
  /** Where clients find it: the path of the socket, or host and port. */
  readonly address: { readonly path: string } | { readonly host: string; readonly port: number };
  /** How many clients are connected. */
  readonly connections: number;
  /** Does what was begun, and closes all connections. The store stays open: it is its owner's. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Lets other processes use the tables of a store, by `serverAdapter`. Their domains are those of this store, with the
 * adapters that it has for them. Resolves when clients can connect.
 *
 * Rejects with `STORE_INVALID_OPTIONS`; with `STORE_LOCKED` where another server listens; with `STORE_IO` where the
 * system refuses.
 */
export async function serveStore(
  store: AnyStore,
  options: ServeOptions,
): Promise<ServedStoreHandle> {
  try {
    const { address, token, limits } = normalizeServeOptions(options);
    const server = new StoreServer(store, limits, token);
    const { handshakeTimeout } = limits;
    const listener = await listen(address, (wire) => server.accept(wire), { handshakeTimeout });
    const close = async () => {
      listener.close();
      await server.close();
    };
    return {
      address: listener.address,
      get connections() {
        return server.connections;
      },
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    const { code, message }: { code: StoreErrorCode; message: string } = failureOf(error);
    throw new StoreError(code, `serveStore: ${message}`, { cause: (error as Error).cause });
  }
}
