import { inspect } from "node:util";
import { toolkit } from "@store/core";
import { checkInteger, LONGEST_TIMEOUT, refuseOthers } from "../wire/option-checks.js";
import { checkSocketPath } from "../wire/socket-path.js";
import { checkToken } from "../wire/token.js";
import { DEFAULT_LIMITS, type ServeLimits } from "./limits.js";

/** Where a store is served, and what clients may do. */
export interface ServeOptions extends Partial<{ [L in keyof ServeLimits]: number | undefined }> {
  /**
   * A Unix socket, which only processes of the same user can use; on Windows the name of a pipe, or a path, of which one
   * is made. Either this or `port`.
   */
  readonly path?: string | undefined;
  /** A TCP port, 0 for any that is free. Needs `tls` and `token`. */
  readonly port?: number | undefined;
  /** The address to listen at. Default: `"127.0.0.1"`. */
  readonly host?: string | undefined;
  /** As `tls.createServer` takes them: `key` and `cert`, or `pfx`. For TCP only. */
  readonly tls?: object | undefined;
  /** What clients have to know: at least 16 characters. Required for TCP. */
  readonly token?: string | undefined;
}

/** Where a server listens. */
export type Address =
  | { readonly path: string }
  | { readonly port: number; readonly host: string; readonly tls: object };

/** {@link ServeOptions}, checked. */
export interface NormalizedServeOptions {
  readonly address: Address;
  readonly token: string | undefined;
  readonly limits: ServeLimits;
}

const LIMITS: Readonly<Record<keyof ServeLimits, readonly [least: number, most: number]>> = {
  maxConnections: [1, 1_000_000],
  maxFrameBytes: [2 ** 10, 2 ** 31 - 1],
  maxUnderWay: [1, 1_000_000],
  handshakeTimeout: [1, LONGEST_TIMEOUT],
  sessionTimeout: [1, LONGEST_TIMEOUT],
};

/** Checks the options, and fills in the defaults. */
export function normalizeServeOptions(options: ServeOptions): NormalizedServeOptions {
  try {
    return checked(options);
  } catch (error) {
    throw toolkit.error("STORE_INVALID_OPTIONS", (error as Error).message);
  }
}

function checked(options: ServeOptions): NormalizedServeOptions {
  const given = Object(options) as ServeOptions;
  const { path, port, host, tls, token, ...limits } = given;
  refuseOthers(limits, Object.keys(LIMITS));
  if (token !== undefined) checkToken(token);
  return {
    address: addressOf(given),
    token,
    limits: { ...DEFAULT_LIMITS, ...limitsOf(limits) },
  };
}

function addressOf({ path, port, host, tls, token }: ServeOptions): Address {
  if (path !== undefined) {
    if (port !== undefined || host !== undefined || tls !== undefined) {
      throw new TypeError("path is for a socket, and port, host and tls are for TCP: not both");
    }
    return { path: checkSocketPath("path", path) };
  }
  if (port === undefined) throw new TypeError("path or port must be given");
  checkInteger("port", port, 0, 2 ** 16 - 1);
  if (host !== undefined && (typeof host !== "string" || host === "")) {
    throw new TypeError(`host must be a string, not empty; got ${inspect(host)}`);
  }
  if (typeof tls !== "object" || tls === null || !("cert" in tls || "pfx" in tls)) {
    throw new TypeError(
      "port needs tls, with a key and a cert, or a pfx: nothing goes unencrypted",
    );
  }
  if (token === undefined)
    throw new TypeError("port needs tls and a token, or anybody could come in");
  return { port, host: host ?? "127.0.0.1", tls };
}

function limitsOf(given: Partial<Record<string, number | undefined>>): Partial<ServeLimits> {
  const limits: Record<string, number> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const [least, most] = LIMITS[name as keyof ServeLimits];
    checkInteger(name, value, least, most);
    limits[name] = value;
  }
  return limits;
}
