/** What `store` answers with. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notThere: 3,
  locked: 4,
  interrupted: 130,
} as const;

/** Something was asked for in a way that makes no sense. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What was asked for isn't there. */
export class NotThereError extends Error {
  override readonly name = "NotThereError";
}

/** Ctrl-C; what was begun is undone. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** How a failure is told. */
export interface Failure {
  readonly exitCode: number;
  /** Of a StoreError. */
  readonly code: string | undefined;
  readonly message: string;
  /** What to do about it, where that is known. */
  readonly hint: string | undefined;
}

const EXIT_CODES: Readonly<Record<string, number>> = {
  UsageError: EXIT.usage,
  TextFormError: EXIT.usage,
  NotThereError: EXIT.notThere,
  InterruptedError: EXIT.interrupted,
  STORE_INVALID_KEY: EXIT.usage,
  STORE_INVALID_RECORD: EXIT.usage,
  STORE_INVALID_OPTIONS: EXIT.usage,
  STORE_KEY_NOT_FOUND: EXIT.notThere,
  STORE_LOCKED: EXIT.locked,
};

const HINTS: Readonly<Record<string, string>> = {
  STORE_LOCKED:
    "What only reads works beside an owner. To write, stop it, or go through its server: name the server's socket as the place.",
  STORE_CORRUPT: "`store verify` says what is damaged, `store repair` keeps what is good.",
  STORE_NEWER_FORMAT: "A newer version of @store/cli reads it.",
  STORE_UNAVAILABLE: "Is the server running, and the address right?",
  STORE_OUTCOME_UNKNOWN: "Look whether it has happened before you do it again.",
};

export function failureOf(error: unknown): Failure {
  const { name, code, message, hint } = error as Partial<Record<string, unknown>>;
  const isOurs = typeof code === "string" && code.startsWith("STORE_");
  const known = isOurs ? code : undefined;
  return {
    exitCode: EXIT_CODES[known ?? String(name)] ?? EXIT.failed,
    code: known,
    message: typeof message === "string" ? message : String(error),
    hint: typeof hint === "string" ? hint : HINTS[String(known)],
  };
}

/** Whether whoever reads the output has gone. */
export function isClosedPipe(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return code === "EPIPE" || code === "ERR_STREAM_DESTROYED";
}
