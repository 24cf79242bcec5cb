/** What an error says. Anything can be thrown, and in a test runner an error of another realm is none of ours. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
