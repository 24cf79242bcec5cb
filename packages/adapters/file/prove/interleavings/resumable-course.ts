import type { Intercept } from "./intercepted-environment.js";

/** What came of a call. */
interface Answer {
  readonly value: unknown;
  readonly failure: { readonly error: unknown } | undefined;
  /** What a read has put into its buffer. */
  readonly bytes: Uint8Array | undefined;
}

/**
 * A course of calls that is suspended before any of them, while others make theirs, and goes on later.
 *
 * To go on it is run again from its beginning: its earlier calls get the answers that they got, and only those after
 * them are made. To be suspended its calls throw; it may catch that, but must come to an end. What it has left in the
 * background gets no answer any more.
 */
export class ResumableCourse {
  readonly #run: (intercept: Intercept) => void;
  readonly #answers: Answer[] = [];
  #isOver = false;
  #error: unknown;

  /** @param run the same each time, as far as it gets the same answers */
  constructor(run: (intercept: Intercept) => void) {
    this.#run = run;
  }

  /** How many calls it has made. */
  get calls(): number {
    return this.#answers.length;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** What it ended with, if it is over and has thrown. */
  get error(): unknown {
    return this.#error;
  }

  /** Goes on for so many calls, or to its end. What it has left in the background makes its calls as it likes then. */
  goOn(calls: number): void {
    const limit = this.#answers.length + calls;
    let count = 0;
    let isSuspended = false;
    const intercept: Intercept = (name, args, make) => {
      if (this.#isOver && !isSuspended) return make(args);
      isSuspended ||= ++count > limit;
      if (isSuspended) throw new Error("suspended");
      const answer = this.#answers[count - 1] ?? answerOf(name, args, () => make(args));
      this.#answers[count - 1] = answer;
      return given(answer, args, () => !isSuspended);
    };
    let failure: unknown;
    try {
      this.#run(intercept);
    } catch (error) {
      failure = error;
    }
    if (isSuspended) return;
    this.#isOver = true;
    this.#error = failure;
  }
}

function answerOf(name: string, args: readonly unknown[], make: () => unknown): Answer {
  try {
    const value = make();
    return {
      value,
      failure: undefined,
      bytes: name === "read" ? bytesRead(args, value) : undefined,
    };
  } catch (error) {
    return { value: undefined, failure: { error }, bytes: undefined };
  }
}

function bytesRead([, buffer, start]: readonly unknown[], count: unknown): Uint8Array {
  const from = Number(start);
  return Uint8Array.from((buffer as Uint8Array).subarray(from, from + Number(count)));
}

/** @param isWanted asked when an answer in the background comes */
function given(
  { value, failure, bytes }: Answer,
  args: readonly unknown[],
  isWanted: () => boolean,
): unknown {
  if (failure !== undefined) throw failure.error;
  if (bytes !== undefined) (args[1] as Uint8Array).set(bytes, Number(args[2]));
  if (!(value instanceof Promise)) return value;
  return new Promise((resolve, reject) => {
    value.then(
      (result) => isWanted() && resolve(result),
      (error: unknown) => isWanted() && reject(error),
    );
  });
}
