/**
 * The bytes of a command that notes when it is written: clients say of a command that failed neither that nor the
 * opposite, and it decides whether a write may have happened. An encoder asks each argument for its length, as the last
 * thing before it writes the command.
 */
export class CommandMark {
  readonly argument: Buffer;
  #isWritten = false;
  #isGivenUp = false;

  /**
   * @param onlyOnce refuses to be written a second time: Sentinel's client sends a command whose answer was lost once more
   */
  constructor(bytes: Buffer, onlyOnce: boolean) {
    const { length } = bytes;
    this.argument = Object.defineProperty(bytes.subarray(), "length", {
      get: () => {
        if (this.#isGivenUp || (this.#isWritten && onlyOnce)) throw new Error("it was given up");
        this.#isWritten = true;
        return length;
      },
    });
  }

  /** Whether it was written: then it may have been done. */
  get isWritten(): boolean {
    return this.#isWritten;
  }

  /** Sees to it that it won't be written any more. */
  giveUp(): void {
    this.#isGivenUp = true;
  }
}
