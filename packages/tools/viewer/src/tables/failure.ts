/** A request that can't be answered, and why; its status is that of HTTP. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const badRequest = (message: string): RequestError =>
  new RequestError(400, "BAD_REQUEST", message);

export const notThere = (message: string): RequestError =>
  new RequestError(404, "NOT_THERE", message);

const STATUSES: Readonly<Record<string, number>> = {
  STORE_INVALID_KEY: 400,
  STORE_INVALID_RECORD: 400,
  STORE_INVALID_OPERATION: 400,
  STORE_INVALID_TABLE_NAME: 400,
  STORE_NOT_SUPPORTED: 400,
  STORE_KEY_NOT_FOUND: 404,
  STORE_READ_ONLY: 403,
  STORE_LOCKED: 409,
  STORE_UNAVAILABLE: 503,
};

/** What an error comes to, as an answer. */
export function failureOf(error: unknown): {
  readonly status: number;
  readonly code: string;
  readonly message: string;
} {
  const { name, code, message } = Object(error) as Partial<Record<string, unknown>>;
  const text = typeof message === "string" ? message : String(error);
  if (error instanceof RequestError)
    return { status: error.status, code: error.code, message: text };
  if (name === "TextFormError") return { status: 400, code: "BAD_TEXT", message: text };
  if (typeof code === "string" && code.startsWith("STORE_")) {
    return { status: STATUSES[code] ?? 500, code, message: text };
  }
  return { status: 500, code: "FAILED", message: text };
}
