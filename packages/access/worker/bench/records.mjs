// @ts-check
/** Records as an agent keeps them. */

/** @param {number} index @returns {[key: string, run: object]} */
export function recordAt(index) {
  return [
    keyAt(index),
    { state: "running", step: index % 100, tool: "search", at: 1.7e12 + index },
  ];
}

/** @param {number} index */
export function keyAt(index) {
  return `run:${String(index * 919).padStart(9, "0")}`;
}

/** @param {number} count */
export function keysInOtherOrder(count) {
  return Array.from({ length: count }, (_, index) => keyAt((index * 7_919) % count));
}
