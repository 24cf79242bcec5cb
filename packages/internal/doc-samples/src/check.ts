import { type Block, placeOf } from "./block.js";
import { compileProblems } from "./compile.js";
import { fragmentProblems } from "./fragment.js";
import { runProblems } from "./run.js";

/** A block that is checked, and how. */
export interface Check {
  readonly block: Block;
  readonly problems: () => string[] | Promise<string[]>;
}

/**
 * The checks of all blocks of code. `ts` is compiled and run, `ts fragment of <path>` is looked for in that file, other
 * code is refused, as nothing would check it; what is no JavaScript at all (`sh`, `json`) is left alone.
 * @param root the folder that the paths of fragments start from
 * @param timeoutMs how long a sample may run
 */
export function checksOf(blocks: readonly Block[], root: string, timeoutMs = 90_000): Check[] {
  const samples = blocks.filter(({ info }) => info === "ts");
  const compiled = samples.length > 0 ? compileProblems(samples) : new Map<undefined, string[]>();
  const elsewhere = compiled.get(undefined) ?? [];
  return blocks.filter(isCode).map((block) => {
    if (samples.includes(block)) {
      const problems = [...((compiled as Map<Block, string[]>).get(block) ?? []), ...elsewhere];
      return {
        block,
        problems: () => (problems.length > 0 ? problems : runProblems(block, timeoutMs)),
      };
    }
    if (block.info.startsWith("ts fragment of ")) {
      return { block, problems: () => fragmentProblems(block, root) };
    }
    return {
      block,
      problems: () => [`${placeOf(block)}: nothing checks "${block.info}"; write ts`],
    };
  });
}

function isCode({ info }: Block): boolean {
  return /^([cm]?[jt]sx?|javascript|typescript)\b/i.test(info);
}
