import type { Command } from "commander";
import type { Io } from "../output/io.js";
import { Output } from "../output/output.js";
import { type OpenPlace, withPlace } from "../places/open-place.js";
import { type Access, type Place, parsePlace } from "../places/place.js";

/** What all commands take. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly color?: boolean;
  readonly option?: readonly string[];
}

/** What a command works with. */
export class CommandContext {
  readonly io: Io;
  readonly output: Output;
  readonly #options: GlobalOptions;

  constructor(io: Io, options: GlobalOptions) {
    this.io = io;
    this.#options = options;
    this.output = new Output(io, { json: options.json === true, color: options.color });
  }

  /** @param options for its adapter; without them those of `--option` */
  readonly place = (text: string, options = this.#options.option): Place =>
    parsePlace(text, options);

  /** Opens a place, does something there, and closes it in any case. */
  readonly at = <T>(
    text: string,
    access: Access,
    act: (opened: OpenPlace) => Promise<T>,
    mayBeNew = false,
  ): Promise<T> => withPlace(this.place(text), access, act, mayBeNew);
}

/** Defines commands of a program. */
export type Define = (program: Command, io: Io) => void;

/** What a command does, as `commander` calls it: with its arguments, its options, and itself. */
export function acting<Args extends readonly unknown[]>(
  io: Io,
  act: (context: CommandContext, ...args: Args) => Promise<void>,
): (...args: [...Args, unknown]) => Promise<void> {
  return async (...args) => {
    const command = args.at(-1) as Command;
    const context = new CommandContext(io, command.optsWithGlobals());
    await act(context, ...(args.slice(0, -1) as unknown as Args));
    await context.output.flush();
  };
}

/** Examples, as `--help` shows them below the options. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}\n`).join("")}`;
}

/** "1 record", "1,234 records". */
export function counted(count: number, what: string): string {
  return `${count.toLocaleString("en-US")} ${what}${count === 1 ? "" : "s"}`;
}
