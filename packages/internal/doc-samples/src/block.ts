/** A fenced block of code in a document. */
export interface Block {
  /** The document, as a path from the root of the workspace. */
  readonly document: string;
  /** The line of the document on which the code begins, from 1. */
  readonly line: number;
  /** What stands behind the fence: `ts`, or `ts fragment of src/x.ts`. */
  readonly info: string;
  readonly code: string;
}

/** The fenced blocks of a document. */
export function blocksOf(document: string, text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const [, indent = "", fence, info = ""] =
      /^(\s*)(`{3,}|~{3,})\s*(.*?)\s*$/.exec(lines[index] ?? "") ?? [];
    if (fence === undefined) continue;
    const isEnd = (line: string) => line.trim().startsWith(fence) && /^[`~]+$/.test(line.trim());
    const start = index + 1;
    index = lines.findIndex((line, candidate) => candidate >= start && isEnd(line));
    if (index < 0) throw new Error(`${document}:${start}: the block has no end`);
    const code = lines.slice(start, index).map((line) => line.replace(indent, ""));
    blocks.push({ document, line: start + 1, info, code: `${code.join("\n")}\n` });
  }
  return blocks;
}

/** Where a block is, as editors and problems say it. */
export function placeOf({ document, line }: Block): string {
  return `${document}:${line}`;
}

/** The block's code on the lines that it has in its document. What is said of a line is said of the document's then. */
export function inPlace({ line, code }: Block): string {
  return "\n".repeat(line - 1) + code;
}
