/**
 * The executable of a Node that has `node:sqlite`: the one that runs this, or else the one that this package installs.
 * Undefined where neither has it: its publisher has none for every platform.
 */
export function nodeWithSqlite(): string | undefined;
