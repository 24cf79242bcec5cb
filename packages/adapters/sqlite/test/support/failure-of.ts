/** The code and the message of what a call throws. */
export function failureOf(call: () => unknown): { code: unknown; message: string } {
  try {
    call();
  } catch (error) {
    const { code, message } = error as Error & { code?: unknown };
    return { code, message };
  }
  throw new Error("the call throws nothing");
}
