import type { IncomingMessage } from "node:http";
import { badRequest, RequestError } from "../tables/failure.js";

/** More isn't typed into a page. */
const MOST_BYTES = 2 ** 24;

/** The object that a request carries, as JSON. */
export async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const type = request.headers["content-type"] ?? "";
  if (!/^application\/json\b/.test(type)) throw badRequest("what is sent is application/json");
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES) {
      throw new RequestError(
        413,
        "TOO_LARGE",
        `more than ${MOST_BYTES.toLocaleString("en")} bytes`,
      );
    }
    chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (typeof body === "object" && body !== null) return body as Record<string, unknown>;
  } catch {}
  throw badRequest("what is sent is a JSON object");
}

/** A text of the body. */
export function textIn(body: Readonly<Record<string, unknown>>, name: string): string {
  const text = body[name];
  if (typeof text === "string") return text;
  throw badRequest(`${name} is a text; got ${JSON.stringify(text)}`);
}

/** A text of the body, if it is there. */
export function optionalTextIn(
  body: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  return body[name] === undefined ? undefined : textIn(body, name);
}
