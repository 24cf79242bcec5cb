import { Program } from "../../test/support/program.js";

/** What the program `contending` can be told. */
export type Command =
  | { readonly do: "open" | "compact" | "sync" | "close"; readonly table: string }
  | { readonly do: "insert"; readonly table: string; readonly keys: readonly string[] }
  | { readonly do: "go on"; readonly tables: readonly string[] }
  | { readonly do: "exit" | "end" };

/** What it says: what came of a command; or, of itself, what it wrote to a table, or why it can't any more. */
export interface Answer {
  /** Of what it failed with. */
  readonly code?: string;
  /** Of the owner, where that was the reason. */
  readonly pid?: number;
  /** All that are in the table that was opened. */
  readonly keys?: readonly string[];
  readonly table?: string;
  readonly wrote?: string;
  readonly failed?: string;
}

/** A process that opens tables and writes them as it is told. */
export class Contender {
  readonly #program: Program;

  /**
   * @param file the program `contending`, compiled
   * @param clock the file whose size says how many milliseconds the clocks are ahead
   */
  constructor(file: string, dataDir: string, clock: string) {
    this.#program = new Program(file, [dataDir, clock]);
  }

  get pid(): number {
    return this.#program.pid;
  }

  /** Resolves when it takes commands. */
  async started(): Promise<void> {
    await this.#program.saidLines(1);
  }

  /** Tells it a command, after it has answered the one before. */
  async ask(command: Command): Promise<Answer> {
    const { lines } = this.#program;
    let heard = lines.length;
    this.#program.tell(JSON.stringify(command));
    for (;;) {
      await this.#program.saidLines(++heard);
      const line = lines[heard - 1];
      if (line === undefined) return { code: "it has ended" };
      const answer: Answer = JSON.parse(line);
      if (answer.table === undefined) return answer;
    }
  }

  /** Tells it something without waiting for the answer. */
  tell(command: Command): void {
    this.#program.tell(JSON.stringify(command));
  }

  /** What it has said of itself about a table, so far. */
  saidOf(table: string): readonly Answer[] {
    return this.#program.lines
      .map((line): Answer => JSON.parse(line))
      .filter((answer) => answer.table === table);
  }

  /** Resolves when it has said something more. */
  async saidMore(): Promise<void> {
    await this.#program.saidLines(this.#program.lines.length + 1);
  }

  signal(signal: "SIGSTOP" | "SIGCONT" | "SIGTERM"): void {
    process.kill(this.pid, signal);
  }

  /** Resolves when it is gone, and all that it said was heard. */
  async kill(): Promise<void> {
    await this.#program.kill();
  }

  async ended(): Promise<void> {
    await this.#program.ended();
  }
}
