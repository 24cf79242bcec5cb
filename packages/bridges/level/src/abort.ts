/** What a promise comes to, or a rejection as soon as the signal is aborted. */
export async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return promise;
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new LevelAbortError());
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** The name is the web's, the code abstract-level's. */
class LevelAbortError extends Error {
  override readonly name = "AbortError";
  readonly code = "LEVEL_ABORTED";

  constructor() {
    super("Operation has been aborted");
  }
}
