import type { Adapter } from "@store/core";
import { holds } from "../assertions/assertion.js";
import { show } from "../assertions/show.js";
import type { BackendConfig, ConformanceOptions, Created } from "./options.js";

/** A backend that `createAdapter` made, and the function that removes it. */
export interface CreatedBackend {
  readonly backend: BackendConfig;
  cleanup(): unknown;
}

/** Calls the kit user's factory, and says what is wrong with what it returns. */
export async function createBackend(options: ConformanceOptions): Promise<CreatedBackend> {
  const created = await options.createAdapter();
  const backend = backendConfigOf(created);
  return { backend, cleanup: () => options.cleanup?.(created) };
}

/** Turns either form of what `createAdapter` returns into one. */
export function backendConfigOf(created: Created): BackendConfig {
  const isConfig = typeof created === "object" && created !== null && "adapter" in created;
  const backend = isConfig ? (created as BackendConfig) : { adapter: created as Adapter };
  holds(
    typeof backend.adapter === "object" && backend.adapter !== null,
    `createAdapter must return an adapter, or { adapter, options }; it returned ${show(created)}`,
  );
  // Whatever else `cleanup` needs may stand beside the two.
  const { adapter, options } = backend;
  return options === undefined ? { adapter } : { adapter, options };
}
