import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Block, placeOf } from "./block.js";

/** A line that stands for some that are left out of a fragment. */
const LEFT_OUT = /^\s*\/\/ \.\.\.$/m;

/**
 * What is wrong with a block marked `ts fragment of <path>`: its code must occur literally in that file. `// ...` on a
 * line of its own stands for what is left out; the pieces occur in their order.
 * @param root the folder that the path starts from
 */
export function fragmentProblems(block: Block, root: string): string[] {
  const path = block.info.replace(/^ts fragment of /, "");
  if (!existsSync(join(root, path))) return [`${placeOf(block)}: there is no file ${path}`];
  const source = readFileSync(join(root, path), "utf8");
  let from = 0;
  for (const piece of block.code.split(LEFT_OUT).map(trimLines)) {
    const found = source.indexOf(piece, from);
    if (found < 0) {
      const isElsewhere = source.includes(piece);
      const what = `${JSON.stringify(piece.split("\n")[0])} and what follows`;
      return [
        isElsewhere
          ? `${placeOf(block)}: ${what} comes earlier in ${path}`
          : `${placeOf(block)}: ${what} isn't in ${path}`,
      ];
    }
    from = found + piece.length;
  }
  return [];
}

/** Without the empty lines around it; the indentation stays. */
function trimLines(code: string): string {
  return code.replace(/^(\s*\n)+/, "").trimEnd();
}
