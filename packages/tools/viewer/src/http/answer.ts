import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { FailureAnswer } from "../protocol.js";
import { failureOf, RequestError } from "../tables/failure.js";

/** With each answer, whatever it is. */
const HEADERS: OutgoingHttpHeaders = {
  "Cache-Control": "no-store",
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

export function setHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(HEADERS)) {
    if (value !== undefined) response.setHeader(name, value);
  }
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  send(response, status, "text/plain; charset=utf-8", `${text}\n`);
}

export function sendJson(response: ServerResponse, answer: unknown, status = 200): void {
  send(response, status, "application/json; charset=utf-8", JSON.stringify(answer));
}

export function send(
  response: ServerResponse,
  status: number,
  type: string,
  content: string | Buffer,
): void {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  response.writeHead(status, { "Content-Type": type, "Content-Length": bytes.length });
  response.end(response.req.method === "HEAD" ? undefined : bytes);
}

export function sendFailure(response: ServerResponse, error: unknown): void {
  // An answer that was begun can only be cut: so whoever reads it notices.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, code, message } = failureOf(error);
  // What was sent along isn't read to its end.
  if (status === 413) response.setHeader("Connection", "close");
  sendJson(response, { error: { code, message } } satisfies FailureAnswer, status);
}

/** Writes to an answer as fast as it is read. */
export async function writeTo(response: ServerResponse, bytes: Buffer): Promise<void> {
  if (response.destroyed) throw new RequestError(499, "GONE", "whoever asked has gone");
  // The writer uses its buffer again.
  if (response.write(Buffer.from(bytes))) return;
  await new Promise<void>((resolve, reject) => {
    const end = (done: () => void) => () => {
      response.off("drain", drained).off("close", closed);
      done();
    };
    const drained = end(resolve);
    const closed = end(() => reject(new RequestError(499, "GONE", "whoever asked has gone")));
    response.once("drain", drained).once("close", closed);
  });
}
