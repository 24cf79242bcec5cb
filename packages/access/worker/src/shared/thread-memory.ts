import { SHARE_WORDS } from "../channel/share-block.js";
import { Allocator } from "../memory/allocator.js";
import { Arena } from "../memory/arena.js";
import { Cells } from "../memory/cells.js";
import { Pool } from "../memory/pool.js";
import { HEADER_WORDS } from "../tables/table-header.js";
import { NODE_WORDS } from "../tree/node.js";

/** The memory that a thread shares, and what only the thread itself knows of it. */
export class ThreadMemory {
  readonly arena = Arena.create();
  readonly allocator = new Allocator(this.arena);
  readonly nodes = new Pool(this.arena, this.allocator, NODE_WORDS, 16);
  readonly headers = new Pool(this.arena, this.allocator, HEADER_WORDS, 16);
  readonly shares = new Pool(this.arena, this.allocator, SHARE_WORDS, 1);
  readonly cells = new Cells(this.arena, this.allocator);
}

let memory: ThreadMemory | undefined;
let users = 0;

/**
 * The memory of this thread. It is one for all backends and shares, so that whoever has a ticket finds what is made later,
 * too; when the last of them has released it, it is forgotten.
 */
export function acquireMemory(): ThreadMemory {
  memory ??= new ThreadMemory();
  users++;
  return memory;
}

export function releaseMemory(): void {
  users--;
  if (users === 0) memory = undefined;
}

/** Called when a backend of this thread is closed: a store has no other way to say that it was. */
export const closings = new Set<() => void>();
