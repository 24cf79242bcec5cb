import type { StoreErrorCode, Toolkit } from "@store/core";

/** How far a statement came before it failed. */
export interface Progress {
  /** Whether the server may have got it. */
  readonly sent: boolean;
  readonly writes: boolean;
}

/** Why a call was given up here, before the server answered. */
export class GivenUp extends Error {}

/**
 * What the server refuses before, or without, doing anything: by SQLSTATE, or the first two characters of one.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const REFUSED: Readonly<Record<string, StoreErrorCode>> = {
  // No such role, wrong password, no such database, too many connections, the server starts or stops.
  "28": "STORE_UNAVAILABLE",
  "3D000": "STORE_UNAVAILABLE",
  "53300": "STORE_UNAVAILABLE",
  "57P03": "STORE_UNAVAILABLE",
  // Given up by the server: statement_timeout, lock_timeout, and conflicts that lasted through all attempts.
  "57014": "STORE_UNAVAILABLE",
  "55P03": "STORE_UNAVAILABLE",
  "40001": "STORE_UNAVAILABLE",
  "40P01": "STORE_UNAVAILABLE",
  // A standby, or a role that may only read.
  "25006": "STORE_READ_ONLY",
};

/** The connection is gone, or about to be: `pg` has these from the server, too. */
const BROKEN = new Set(["57P01", "57P02", "57P05"]);

/** Whether another attempt may succeed, after one that was rolled back as a whole. */
export function isConflict(error: unknown): boolean {
  const state = stateOf(error);
  return state === "40001" || state === "40P01";
}

/** Whether the server has answered, so that the connection is as good as before. */
export function isAnswer(error: unknown): boolean {
  const state = stateOf(error);
  return state !== undefined && !isBroken(state);
}

/** The SQLSTATE of an error of the server; undefined for one of the network or the driver. */
export function stateOf(error: unknown): string | undefined {
  const { code } = Object(error);
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** What the caller gets for what a statement failed with. */
export function failureOf(toolkit: Toolkit, error: unknown, progress: Progress): Error {
  const state = stateOf(error);
  const detail = state === undefined ? describe(error) : `${describe(error)} (SQLSTATE ${state})`;
  if (state !== undefined && !isBroken(state)) {
    const code = REFUSED[state] ?? REFUSED[state.slice(0, 2)];
    if (code !== undefined) return toolkit.error(code, `the server refused: ${detail}`, error);
    if (state === "42501" && progress.writes) {
      return toolkit.error("STORE_READ_ONLY", `the role may not write: ${detail}`, error);
    }
    return toolkit.error("STORE_IO", `the server answered: ${detail}`, error);
  }
  if (progress.sent && progress.writes) {
    const clause = "the write was sent, and its answer lost; it may have happened";
    return toolkit.error("STORE_OUTCOME_UNKNOWN", `${clause}: ${detail}`, error);
  }
  return toolkit.error("STORE_UNAVAILABLE", `no answer from the server: ${detail}`, error);
}

function isBroken(state: string): boolean {
  return state.startsWith("08") || BROKEN.has(state);
}

/** The message: of an AggregateError, as Node makes one where a host has several addresses, those in it. */
function describe(error: unknown): string {
  const { errors, message } = Object(error);
  return Array.isArray(errors) ? errors.map(describe).join("; ") : String(message);
}
