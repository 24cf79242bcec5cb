import type { FailureAnswer } from "../protocol.js";

const TOKEN = new URLSearchParams(location.search).get("token") ?? "";

/** A request that was refused, or failed. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export type Params = Readonly<Record<string, string | undefined>>;

/** The address of something that the server tells. */
export function addressOf(name: string, params: Params | URLSearchParams = {}): string {
  const query = params instanceof URLSearchParams ? new URLSearchParams(params) : queryOf(params);
  query.set("token", TOKEN);
  return `api/${name}?${query}`;
}

export function queryOf(params: Params): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined) query.set(name, value);
  }
  return query;
}

export async function ask<T>(
  name: string,
  params: Params | URLSearchParams = {},
  signal?: AbortSignal,
): Promise<T> {
  return answerOf<T>(fetch(addressOf(name, params), { ...(signal && { signal }) }));
}

export async function tell<T>(name: string, body: object): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  return answerOf<T>(
    fetch(addressOf(name), { method: "POST", headers, body: JSON.stringify(body) }),
  );
}

async function answerOf<T>(asked: Promise<Response>): Promise<T> {
  let response: Response;
  try {
    response = await asked;
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new ApiError("GONE", "the viewer doesn't answer: was it ended?");
  }
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as T;
  throw errorOf(response.status, text);
}

function errorOf(status: number, text: string): ApiError {
  try {
    const { code, message } = (JSON.parse(text) as FailureAnswer).error;
    return new ApiError(code, message);
  } catch {
    return new ApiError(String(status), text.trim());
  }
}

/** Whether a request was given up by the page itself. */
export function isAborted(error: unknown): boolean {
  return (error as Error).name === "AbortError";
}
