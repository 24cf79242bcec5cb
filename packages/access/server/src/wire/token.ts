/** Characters. Fewer could be guessed. */
const SHORTEST = 16;

/** Refuses what is no token. The message doesn't show it. */
export function checkToken(token: unknown): void {
  if (typeof token === "string" && token.length >= SHORTEST) return;
  const got = typeof token === "string" ? `one of ${token.length}` : typeof token;
  throw new TypeError(`token must be a string of at least ${SHORTEST} characters; got ${got}`);
}
