import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Ran } from "./run-in-process.js";

const PROGRAM = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

export interface SpawnOptions {
  readonly cwd?: string;
  readonly input?: string | Buffer;
  /** Another Node than this one. */
  readonly node?: string;
}

/** The program as it is built, in a process of its own. */
export class StoreProcess {
  stdout = "";
  stderr = "";
  readonly #child: ChildProcess;
  readonly #ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  constructor(args: readonly string[], { cwd, input, node = process.execPath }: SpawnOptions = {}) {
    if (!existsSync(PROGRAM)) throw new Error("the program isn't built: npm run build");
    const env = { ...process.env };
    delete env.FORCE_COLOR;
    this.#child = spawn(node, [PROGRAM, ...args], { ...(cwd && { cwd }), env });
    this.#child.stdout?.setEncoding("utf8").on("data", (text) => (this.stdout += text));
    this.#child.stderr?.setEncoding("utf8").on("data", (text) => (this.stderr += text));
    this.#ended = new Promise((resolve) =>
      this.#child.on("close", (code, signal) => resolve({ code, signal })),
    );
    // One that doesn't read its input to the end is no failure.
    this.#child.stdin?.on("error", () => {});
    if (input !== undefined) this.#child.stdin?.end(input);
    onTestFinished(() => void this.#child.kill("SIGKILL"));
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  write(input: string): void {
    this.#child.stdin?.write(input);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Whether it has gone. */
  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  ended(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    return this.#ended;
  }
}

/** Runs a command to its end. */
export async function spawnStore(
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Ran> {
  const child = new StoreProcess(args, { input: "", ...options });
  const { code } = await child.ended();
  return { code: code ?? -1, stdout: child.stdout, stderr: child.stderr };
}

/** Waits for a condition, for half a minute at most. */
export async function until(condition: () => boolean): Promise<void> {
  const begun = performance.now();
  while (!condition()) {
    if (performance.now() - begun > 30_000) throw new Error("it didn't come to be");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
