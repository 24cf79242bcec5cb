import type { Adapter, AdapterBackend, Toolkit } from "@store/core";
import {
  type NormalizedSharedOptions,
  normalizeSharedOptions,
  type SharedOptions,
} from "./options.js";
import { SharedBackend } from "./shared-backend.js";

/**
 * Tables in shared memory: this thread writes them, and every thread of the process that was handed a ticket of
 * `shareStore` reads them without a message. They live as long as the store, as those of `@store/memory` do.
 */
export const sharedAdapter: Adapter<SharedOptions, "sync", NormalizedSharedOptions> = Object.freeze(
  {
    name: "shared",
    mode: "sync" as const,
    contractVersion: 2 as const,
    capabilities: Object.freeze({
      durable: false,
      ordered: true,
      bags: true,
      shared: false,
      serializes: true,
      batches: true,
      expiry: true,
      maxKeyBytes: 2 ** 30 - 1,
    }),
    normalizeOptions: normalizeSharedOptions,
    open: (options: NormalizedSharedOptions, toolkit: Toolkit): AdapterBackend<"sync"> =>
      new SharedBackend(options, toolkit),
  },
);
