import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageDirectory } from "../package-directory.js";

/** A mistake that the engine doesn't make, and the test that would notice it. */
export interface Mutant {
  readonly id: string;
  /** In `src`. */
  readonly file: string;
  /** What stands there, once; and what stands there instead. */
  readonly text: string;
  readonly replacement: string;
  /** What is wrong then. */
  readonly mistake: string;
  readonly test: NamedTest;
}

export interface NamedTest {
  /** In `test`. */
  readonly file: string;
  /** Of its title a part, as it stands in the file. */
  readonly title: string;
}

/** The source of a module with a mutant's mistake in it. Throws unless what it replaces stands there once. */
export function mutate(source: string, { id, file, text, replacement }: Mutant): string {
  const parts = source.split(text);
  const [before, after] = parts;
  if (before === undefined || after === undefined || parts.length > 2) {
    throw new Error(`mutant ${id}: ${file} has its text ${parts.length - 1} times`);
  }
  return before + replacement + after;
}

/** Of this package. */
export function readModule(file: string): string {
  return readFileSync(join(packageDirectory(), "src", file), "utf8");
}
