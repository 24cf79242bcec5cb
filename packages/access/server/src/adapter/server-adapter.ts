import type { Adapter, Capabilities, Toolkit } from "@store/core";
import { Client } from "../client/client.js";
import { connectSocket } from "../wire/connect.js";
import {
  type NormalizedServerOptions,
  normalizeServerOptions,
  type ServerOptions,
} from "./options.js";
import { RemoteBackend } from "./remote-backend.js";

/** All of them: what the served store hasn't, it refuses by `STORE_NOT_SUPPORTED` itself. */
export const CAPABILITIES: Capabilities = Object.freeze({
  // For a client: they outlive its store, and its process.
  durable: true,
  ordered: true,
  bags: true,
  shared: true,
  serializes: true,
  batches: true,
  expiry: true,
});

/**
 * The tables of a store that another process serves, by `serveStore`. Each operation is done there, and is atomic for all
 * clients and for the server's own program.
 */
export const serverAdapter: Adapter<ServerOptions, "async", NormalizedServerOptions> =
  Object.freeze({
    name: "server",
    mode: "async" as const,
    contractVersion: 2 as const,
    capabilities: CAPABILITIES,
    normalizeOptions: normalizeServerOptions,

    async open(options: NormalizedServerOptions, toolkit: Toolkit): Promise<RemoteBackend> {
      const { target, token, callTimeout } = options;
      const connector = {
        connect: () => connectSocket(target),
        isFinal: ({ code }: { readonly code: string }) =>
          code === "STORE_INVALID_OPTIONS" || code === "STORE_NOT_SUPPORTED",
      };
      const client = new Client({ connector, callTimeout, token, isEager: false }, toolkit.error);
      try {
        await client.ready();
      } catch (error) {
        await client.close();
        throw error;
      }
      return new RemoteBackend({ client, toolkit });
    },
  });
