import type { StoreTicket } from "../shared/ticket.js";

export interface AttachedOptions {
  /** What `shareStore` returned in the thread that owns the store. */
  readonly ticket: StoreTicket;
  /** How long a call may wait for the owner, in milliseconds. Default: 30,000. */
  readonly callTimeout?: number | undefined;
}

/** {@link AttachedOptions} with the defaults filled in. */
export interface NormalizedAttachedOptions {
  readonly ticket: StoreTicket;
  readonly callTimeout: number;
}

const DEFAULT_TIMEOUT = 30_000;
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export function normalizeAttachedOptions(options: AttachedOptions): NormalizedAttachedOptions {
  const { ticket, callTimeout = DEFAULT_TIMEOUT, ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new TypeError(
      `there is no option ${JSON.stringify(unknown)}, only ticket and callTimeout`,
    );
  }
  if (!isTicket(ticket)) {
    throw new TypeError(`ticket must be what shareStore returned; got ${kindOf(ticket)}`);
  }
  if (!Number.isSafeInteger(callTimeout) || callTimeout < 1 || callTimeout > LONGEST_TIMEOUT) {
    throw new TypeError(
      `callTimeout must be milliseconds, an integer from 1 to ${LONGEST_TIMEOUT}; got ${String(callTimeout)}`,
    );
  }
  return { ticket, callTimeout };
}

function isTicket(ticket: unknown): ticket is StoreTicket {
  const { version, memory, address, state } = Object(ticket) as Partial<StoreTicket>;
  return (
    version === 1 &&
    memory instanceof SharedArrayBuffer &&
    Number.isSafeInteger(address) &&
    Number.isSafeInteger(state)
  );
}

function kindOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return "version" in value ? `a ticket of version ${String(value.version)}` : "an object";
}
