export { BPlusTree } from "./b-plus-tree.js";
export { Bucket } from "./bucket.js";
export { KeyMap } from "./key-map.js";
export type { SlotCursor } from "./slot-cursor.js";
export { SlotMap } from "./slot-map.js";
export { SlotOrder } from "./slot-order.js";
export type { Slots } from "./slots.js";
