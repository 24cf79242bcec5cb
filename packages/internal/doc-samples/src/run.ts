import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeWithSqlite } from "@store/newer-node";
import { type Block, placeOf } from "./block.js";
import { instrument } from "./instrument.js";

const MODULES = fileURLToPath(new URL("../node_modules", import.meta.url));
const PROBES = new URL("../runtime/probes.mjs", import.meta.url).href;

/**
 * Runs the block as a module, in a process and an empty directory of its own, and returns what is wrong: what it gives
 * otherwise than its comments say, and what it throws. A sample that doesn't come to its end is wrong, too.
 */
export async function runProblems(block: Block, timeoutMs: number): Promise<string[]> {
  const { source, problems } = instrument(block, PROBES);
  const directory = mkdtempSync(join(tmpdir(), "doc-sample-"));
  try {
    const work = join(directory, "work");
    mkdirSync(work);
    symlinkSync(MODULES, join(directory, "node_modules"), "junction");
    writeFileSync(join(directory, "sample.mjs"), source);
    return [...problems, ...(await run(block, join(directory, "sample.mjs"), work, timeoutMs))];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function run(block: Block, file: string, cwd: string, timeout: number): Promise<string[]> {
  const args = ["--enable-source-maps", file];
  const node = block.code.includes('"@store/sqlite"') ? nodeWithSqlite() : process.execPath;
  if (node === undefined) {
    console.log(`${placeOf(block)}: not run, as it needs node:sqlite`);
    return Promise.resolve([]);
  }
  return new Promise((resolve) => {
    execFile(node, args, { cwd, timeout }, (error, _stdout, stderr) => {
      if (error === null) resolve([]);
      else if (error.killed) resolve([`${placeOf(block)}: the sample doesn't end`]);
      else resolve(failures(block, stderr));
    });
  });
}

/** What the probes wrote, a line each; or, of what the sample threw, the message and the line of the document. */
function failures({ document, line }: Block, stderr: string): string[] {
  const lines = stderr.split("\n").filter((text) => text !== "");
  const said = lines.filter((text) => text.startsWith(`${document}:`));
  if (said.length === lines.length) return said;
  // The stack names the source of the source map, which stands beside the sample.
  const frame = lines.find((text) => text.includes(`/${basename(document)}:`));
  const thrownAt = /:(\d+):\d+\)?$/.exec(frame ?? "")?.[1] ?? line;
  const message = lines.find((text) => /^\w*Error\b/.test(text)) ?? stderr;
  return [...said, `${document}:${thrownAt}: ${message}`];
}
