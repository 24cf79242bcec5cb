/**
 * The bytes of a command that notes when it is written: clients say of a command that failed neither that nor the
 * opposite, and it decides whether a write may have happened. An encoder asks each argument for its length before it writes
 * the command.
 */
export class CommandMark {
  readonly argument: Buffer;
  #isWritten = false;
  #isGivenUp = false;

  constructor(bytes: Buffer) {
    const { length } = bytes;
    this.argument = Object.defineProperty(bytes.subarray(), "length", {
      get: () => {
        // The first to ask is the encoder. A socket asks as well, and must get an answer.
        if (this.#isGivenUp && !this.#isWritten) throw new Error("the command was given up");
        this.#isWritten = true;
        return length;
      },
    });
  }

  /** Whether it was written: then it may have been done. */
  get isWritten(): boolean {
    return this.#isWritten;
  }

  /** Sees to it that it won't be written, if it hasn't been. */
  giveUp(): void {
    this.#isGivenUp = true;
  }
}

/** The arguments of a command that is encoded once only: Sentinel's client sends a command whose answer was lost again. */
export function encodedOnce<T>(args: readonly T[]): T[] {
  const [first] = args;
  let isEncoded = false;
  return Object.defineProperty([...args], 0, {
    get() {
      if (isEncoded) throw new Error("the answer was lost");
      isEncoded = true;
      return first;
    },
  });
}
