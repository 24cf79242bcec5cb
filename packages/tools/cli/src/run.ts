import { CommanderError } from "commander";
import { EXIT, type Failure, failureOf, isClosedPipe } from "./output/failure.js";
import type { Io } from "./output/io.js";
import { Output } from "./output/output.js";
import { programOf } from "./program.js";
import { version } from "./version.js";

/**
 * Runs a command of `store`, and returns its exit code: 0 done, 1 failed, 2 wrong usage, 3 not there, 4 locked by another
 * owner, 130 interrupted. Never throws.
 *
 * @param args without the name of the program
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const program = programOf(io, version());
  let complaint = "";
  let isShown = false;
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => {
        isShown = true;
        complaint += text;
      },
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  }
  try {
    await program.parseAsync([...args], { from: "user" });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    if (isClosedPipe(error)) return EXIT.done;
    const output = new Output(io, {
      json: args.includes("--json"),
      color: args.includes("--no-color") ? false : undefined,
    });
    const failure = error instanceof CommanderError ? usage(error, complaint) : failureOf(error);
    await output.failure(failure);
    return failure.exitCode;
  } finally {
    void isShown;
  }
}

function usage({ message, code }: CommanderError, complaint: string): Failure {
  const isHelp = code === "commander.help";
  return {
    exitCode: EXIT.usage,
    code: undefined,
    message: isHelp ? complaint.trimEnd() : message.replace(/^error: /, ""),
    hint: isHelp
      ? undefined
      : "`store --help` lists the commands, `store <command> --help` its options.",
  };
}
