import type { Toolkit } from "@store/core";
import type { Pool } from "../memory/pool.js";
import type { TreeMemory } from "../tree/node-editor.js";
import type { Changes } from "./changes.js";
import type { OwnedMemory } from "./record-writer.js";

/** Of what tables are made, and what those of a backend have in common. */
export interface TableContext {
  readonly memory: OwnedMemory & TreeMemory & { readonly headers: Pool };
  readonly changes: Changes;
  readonly toolkit: Toolkit;
  /** While a batch is planned: the cells of the counters that it has read, which nobody counts in meanwhile. */
  frozen: Set<number> | undefined;
}
