/**
 * An argument of a command that notes when the command is written: clients say of a command that failed neither that nor
 * the opposite, and it decides whether a write may have happened. An encoder asks each argument for its length, as the
 * last thing before it writes the command.
 */
export interface CommandMark {
  readonly argument: Buffer;
  readonly isWritten: boolean;
}

/**
 * @param onlyOnce refuses to be written a second time: Sentinel's client sends a command whose answer was lost once more
 */
export function markedArgument(text: string, onlyOnce: boolean): CommandMark {
  const argument = Buffer.from(text, "latin1");
  const { length } = argument;
  const mark = { argument, isWritten: false };
  Object.defineProperty(argument, "length", {
    get() {
      if (mark.isWritten && onlyOnce) throw new Error("the connection was lost");
      mark.isWritten = true;
      return length;
    },
  });
  return mark;
}
