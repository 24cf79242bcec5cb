import type { StoreErrorCode } from "@store/core";

/** What is wrong with a term, before anybody said where it came from. */
export class TermError extends Error {
  readonly code: StoreErrorCode;
  /** Where in a value it is, as `[2].tools[0]`. */
  path = "";

  constructor(problem: string, code: StoreErrorCode = "STORE_CORRUPT") {
    super(problem);
    this.code = code;
  }

  /** Adds the name of the part in which it was found, from the inside out. */
  within(name: string): this {
    this.path = name + this.path;
    return this;
  }
}
