/** A plain object whose only key begins with this is a tagged value, or is escaped by one more of it. */
export const ESCAPE = "$";

/** Whether an object with this as its only key would be read as something else. */
export function isTag(key: string): boolean {
  return key.charCodeAt(0) === 0x24;
}
