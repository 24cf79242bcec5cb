/** An error as the toolkit makes it. */
export function codedError(code: string, detail: string, cause?: unknown): Error {
  return Object.assign(new Error(detail, { cause }), { code });
}
