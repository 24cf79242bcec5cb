export { BPlusTree } from "./b-plus-tree.js";
export type { LimitedRange } from "./b-plus-tree-bounds.js";
export { Bucket } from "./bucket.js";
export { equalKeys, hashKey } from "./key-hash.js";
export { KeyMap } from "./key-map.js";
export { MomentIndex } from "./moment-index.js";
export type { SlotCursor } from "./slot-cursor.js";
export { SlotMap } from "./slot-map.js";
export { SlotOrder, type Slots } from "./slot-order.js";
