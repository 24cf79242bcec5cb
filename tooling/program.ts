import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** A built program that a test runs: what it prints, line by line, and its end. */
export class Program {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #rest = "";
  #errors = "";
  #look = () => {};

  constructor(...args: string[]) {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    this.#ended = once(child, "close").then(() => this.#look());
    child.stdout.setEncoding("utf8").on("data", (text: string) => this.#read(text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
  }

  /** The first line that matches, also one that came already. Rejects if the program ends without it. */
  line(pattern: RegExp): Promise<string> {
    return this.#when(() => this.lines.find((line) => pattern.test(line)), `printed ${pattern}`);
  }

  /** Waits until it has printed so many lines, or has ended. */
  async printed(count: number): Promise<void> {
    await Promise.race([
      this.#when(() => this.lines.length >= count || undefined, `printed ${count} lines`),
      this.#ended,
    ]).catch(() => {});
  }

  /** Its exit code, once it has ended by itself. */
  async exitCode(): Promise<number | null> {
    await this.#ended;
    if (this.#child.exitCode !== 0) process.stderr.write(this.#errors);
    return this.#child.exitCode;
  }

  /** Ends it at once (SIGKILL), and waits until it is gone. Whether it was running still. */
  async kill(): Promise<boolean> {
    const isRunning = this.#child.kill("SIGKILL");
    await this.#ended;
    return isRunning && this.#child.signalCode === "SIGKILL";
  }

  #when<T>(find: () => T | undefined, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const before = this.#look;
      this.#look = () => {
        before();
        const found = find();
        if (found !== undefined) resolve(found);
        else if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
          reject(new Error(`the program ended before it ${what}: ${this.#errors}`));
        }
      };
      this.#look();
    });
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    this.lines.push(...lines);
    this.#look();
  }
}
