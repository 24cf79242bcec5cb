import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { packageDirectory } from "../../prove/package-directory.js";

const require = createRequire(import.meta.url);

interface Esbuild {
  buildSync(options: Readonly<Record<string, unknown>>): unknown;
}

/** Compiles a program of `test/programs`, with the source of the package, into one file. Returns its path. */
export function compileProgram(name: string, directory: string): string {
  // esbuild is a dependency of tsup.
  const esbuild: Esbuild = createRequire(require.resolve("tsup"))("esbuild");
  const outfile = join(directory, `${name}.cjs`);
  const replaced = ["graceful-fs", "signal-exit"];
  esbuild.buildSync({
    entryPoints: [join(packageDirectory(), "test", "programs", `${name}.ts`)],
    outfile,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    // As the package is built.
    alias: Object.fromEntries(
      replaced.map((name) => [name, join(packageDirectory(), "replacements", `${name}.cjs`)]),
    ),
  });
  return outfile;
}

/** A program that runs in a process of its own, and says things line by line. May be run by another, a tracer. */
export class Program {
  readonly pid: number;
  /** All lines so far. */
  readonly lines: string[] = [];
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #closed: Promise<void>;
  readonly #isTraced: boolean;
  #rest = "";
  #onLine: () => void = () => {};

  /** @param tracer a command that takes the one to run at its end */
  constructor(file: string, args: readonly string[], tracer: readonly string[] = []) {
    const [command = "", ...rest] = [...tracer, process.execPath, file, ...args];
    this.#isTraced = tracer.length > 0;
    this.#child = spawn(command, rest, {
      stdio: ["pipe", "pipe", "inherit"],
      // A group of its own: who kills only the tracer lets the program go.
      detached: this.#isTraced,
    });
    this.pid = this.#child.pid ?? -1;
    this.#closed = new Promise((resolve) => this.#child.once("close", () => resolve()));
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => this.#take(text));
  }

  /** Resolves when it has said so many lines, or has ended. */
  async saidLines(count: number): Promise<void> {
    while (this.lines.length < count) {
      const line = new Promise<"line">((resolve) => {
        this.#onLine = () => resolve("line");
      });
      if ((await Promise.race([line, this.#closed])) === undefined) return;
    }
  }

  /** Sends it a line. */
  tell(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Kills it at once (SIGKILL). Resolves when it is gone, and all that it said was heard. */
  async kill(): Promise<void> {
    if (!this.#isTraced) this.#child.kill("SIGKILL");
    else if (this.#child.exitCode === null && this.#child.signalCode === null) {
      process.kill(-this.pid, "SIGKILL");
    }
    await this.#closed;
  }

  /** Resolves when it has ended by itself. */
  async ended(): Promise<void> {
    await this.#closed;
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    this.lines.push(...lines);
    this.#onLine();
  }
}
