import { createHash } from "node:crypto";

/** A statement of the adapter. Values reach it as parameters only. */
export interface Statement {
  readonly text: string;
  /** Under which the server keeps its plan: another text has another name, whichever schema it is of. */
  readonly name: string;
  /** Whether it changes anything: then nobody knows whether it happened when its answer is lost. */
  readonly writes: boolean;
}

/** A statement that changes nothing. */
export function read(text: string): Statement {
  return { text, name: nameOf(text), writes: false };
}

/** A statement that changes something. */
export function write(text: string): Statement {
  return { text, name: nameOf(text), writes: true };
}

function nameOf(text: string): string {
  return `store_${createHash("sha256").update(text).digest("base64url").slice(0, 22)}`;
}
