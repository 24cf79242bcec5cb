import { Readable, Writable } from "node:stream";
import type { Terminal } from "../../src/output/io.js";
import { run } from "../../src/run.js";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly isTerminal?: boolean;
  readonly env?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** Runs a command of `store` in this process. */
export async function runStore(
  args: readonly string[],
  { input = "", isTerminal = false, env = {}, signal }: RunOptions = {},
): Promise<Ran> {
  const [stdout, stderr] = [new Collected(isTerminal), new Collected(isTerminal)];
  const code = await run(args, {
    stdin: Readable.from([Buffer.from(input)]),
    stdout,
    stderr,
    env,
    interruption: () => signal ?? new AbortController().signal,
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** Runs a command that has to succeed, and returns what it wrote to standard output. */
export async function output(args: readonly string[], options?: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await runStore(args, options);
  if (code !== 0) throw new Error(`store ${args.join(" ")}: exit code ${code}\n${stderr}`);
  return stdout;
}

class Collected extends Writable implements Terminal {
  readonly isTTY: boolean;
  readonly columns = 80;
  text = "";

  constructor(isTerminal: boolean) {
    super();
    this.isTTY = isTerminal;
  }

  // What a bar does to a terminal.
  cursorTo = () => true;
  clearLine = () => true;
  moveCursor = () => true;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
