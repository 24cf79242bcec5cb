/** How a tree is kept. */
export interface TreeOptions {
  readonly autoSave: number;
  /** With `autoSave: 0`: a write doesn't wait for the disk; whoever made it asks `settled`. */
  readonly isGrouped: boolean;
  /** What isn't flushed takes so many bytes of memory, at most. */
  readonly writeBufferBytes: number;
  /** What was read takes so many, at most. */
  readonly cacheBytes: number;
  /** Nothing is written but by a sync. */
  readonly isHeld: boolean;
  /** Called before a background sync. */
  readonly beforeAutoSave: () => void;
}
