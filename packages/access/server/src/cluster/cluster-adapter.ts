import type { Adapter, AdapterBackend, Toolkit } from "@store/core";
import { RemoteBackend } from "../adapter/remote-backend.js";
import { CAPABILITIES } from "../adapter/server-adapter.js";
import { Client } from "../client/client.js";
import { Member } from "./member.js";
import {
  type ClusterOptions,
  type NormalizedClusterOptions,
  normalizeClusterOptions,
} from "./options.js";

/**
 * The tables of a data directory, for several processes at once, without configuration: one of them owns the directory, by
 * the file engine's ordinary claim, and serves it to the others; when it ends, another one takes over.
 */
export const clusterAdapter: Adapter<ClusterOptions, "async", NormalizedClusterOptions> =
  Object.freeze({
    name: "cluster",
    mode: "async" as const,
    contractVersion: 2 as const,
    capabilities: CAPABILITIES,
    normalizeOptions: normalizeClusterOptions,

    async open(
      { file, callTimeout }: NormalizedClusterOptions,
      toolkit: Toolkit,
    ): Promise<AdapterBackend<"async">> {
      const member = new Member(file);
      const options = { connector: member, callTimeout, token: undefined, isEager: true };
      const client = new Client(options, toolkit.error);
      const close = async () => {
        await client.close();
        await member.close();
      };
      try {
        await client.ready();
      } catch (error) {
        await close();
        throw error;
      }
      return new ClusterBackend({ client, toolkit }, close);
    },
  });

class ClusterBackend extends RemoteBackend {
  readonly #close: () => Promise<void>;

  constructor(context: ConstructorParameters<typeof RemoteBackend>[0], close: () => Promise<void>) {
    super(context);
    this.#close = close;
  }

  override close(): Promise<void> {
    return this.#close();
  }
}
