export { BPlusTree } from "./b-plus-tree.js";
export { Bucket } from "./bucket.js";
export { KeyMap } from "./key-map.js";
export type { SlotCursor } from "./slot-cursor.js";
export { SlotMap } from "./slot-map.js";
export { SlotOrder, type Slots } from "./slot-order.js";
