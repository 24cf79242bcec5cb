import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Why a request is refused; undefined if it isn't. */
export type Refusal = string | undefined;

/** Who may ask: whoever knows the token, and comes from a page of this very server, or from none. */
export class Guard {
  readonly token: string = randomBytes(24).toString("base64url");
  readonly #digest: Buffer = digestOf(this.token);
  #hosts: ReadonlySet<string> = new Set();

  /** What a browser on this machine names the server: another name leads here by a DNS that was bent. */
  listensAt(port: number): void {
    this.#hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  }

  check(request: IncomingMessage, url: URL): Refusal {
    const { host, "sec-fetch-site": site } = request.headers;
    if (host === undefined || !this.#hosts.has(host.toLowerCase())) return "unknown host";
    if (!this.#isToken(url.searchParams.get("token"))) {
      return "the address lacks the token: use the one that was printed";
    }
    // A page is opened from anywhere; what it is made of, and what it asks, comes from the page.
    const isPage = request.method === "GET" && url.pathname === "/";
    if (!isPage && site !== undefined && site !== "same-origin" && site !== "none") {
      return "asked by another site";
    }
    if (request.method !== "POST") return undefined;
    return request.headers.origin === `http://${host}` ? undefined : "asked by another origin";
  }

  /** In a time that doesn't tell how much of it is right. */
  #isToken(given: string | null): boolean {
    return given !== null && timingSafeEqual(digestOf(given), this.#digest);
  }
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
