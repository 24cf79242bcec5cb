import type { Adapter, AdapterBackend, Toolkit } from "@store/core";
import { AttachedBackend } from "./attached-backend.js";
import {
  type AttachedOptions,
  type NormalizedAttachedOptions,
  normalizeAttachedOptions,
} from "./options.js";

/**
 * The store of another thread, as the backend of a domain: with it a worker has tables of its own beside those of the
 * owner. `attachStore` is a store that has nothing else. What the owner's adapter can't do, it refuses.
 */
export const attachedAdapter: Adapter<AttachedOptions, "sync", NormalizedAttachedOptions> =
  Object.freeze({
    name: "attached",
    mode: "sync" as const,
    contractVersion: 2 as const,
    capabilities: Object.freeze({
      durable: true,
      ordered: true,
      bags: true,
      shared: true,
      serializes: true,
      batches: true,
      expiry: true,
    }),
    normalizeOptions: normalizeAttachedOptions,
    open: (options: NormalizedAttachedOptions, toolkit: Toolkit): AdapterBackend<"sync"> =>
      new AttachedBackend(options, toolkit),
  });
