import { onTestFinished } from "vitest";
import { Program } from "./program.js";

/** A {@link Program} that is killed at the latest when the test ends. */
export function startProgram(file: string, args: readonly string[]): Program {
  const program = new Program(file, args);
  onTestFinished(() => program.kill());
  return program;
}
