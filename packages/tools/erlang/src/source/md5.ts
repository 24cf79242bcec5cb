import { createHash } from "node:crypto";

/** The sum that Erlang's files have over their headers and sizes: against damage, not against anybody. */
export function md5(bytes: Uint8Array): Buffer {
  return createHash("md5").update(bytes).digest();
}
