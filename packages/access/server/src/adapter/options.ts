import { inspect } from "node:util";
import { checkInteger, LONGEST_TIMEOUT, refuseOthers } from "../wire/option-checks.js";
import { checkSocketPath } from "../wire/socket-path.js";
import { checkToken } from "../wire/token.js";

/** Where the server is, and how long a call may take. */
export interface ServerOptions {
  /** The socket at which the store is served; the same path as that of `serveStore`. Either this or `port`. */
  readonly path?: string | undefined;
  /** The TCP port. Needs `tls` and `token`. */
  readonly port?: number | undefined;
  /** The server's name or address. Default: `"127.0.0.1"`. */
  readonly host?: string | undefined;
  /** As `tls.connect` takes them: `ca`, `servername`, `cert` and so on; `{}` where the system trusts the certificate. */
  readonly tls?: object | undefined;
  /** That of the server. */
  readonly token?: string | undefined;
  /** How long a call may take, in milliseconds, also while the server can't be reached. Default: 30,000. */
  readonly callTimeout?: number | undefined;
}

/** Where a server is. */
export type Target =
  | { readonly path: string }
  | { readonly port: number; readonly host: string; readonly tls: object };

/** {@link ServerOptions} with the defaults filled in. */
export interface NormalizedServerOptions {
  readonly target: Target;
  readonly token: string | undefined;
  readonly callTimeout: number;
}

export const DEFAULT_CALL_TIMEOUT = 30_000;

export function normalizeServerOptions(options: ServerOptions): NormalizedServerOptions {
  const { path, port, host, tls, token, callTimeout = DEFAULT_CALL_TIMEOUT, ...others } = options;
  refuseOthers(others, []);
  checkInteger("callTimeout", callTimeout, 1, LONGEST_TIMEOUT);
  if (token !== undefined) checkToken(token);
  return { target: targetOf(options), token, callTimeout };
}

function targetOf({ path, port, host, tls, token }: ServerOptions): Target {
  if (path !== undefined) {
    if (port !== undefined || host !== undefined || tls !== undefined) {
      throw new TypeError("path is for a socket, and port, host and tls are for TCP: not both");
    }
    return { path: checkSocketPath("path", path) };
  }
  if (port === undefined) throw new TypeError("path or port must be given");
  checkInteger("port", port, 1, 2 ** 16 - 1);
  if (host !== undefined && (typeof host !== "string" || host === "")) {
    throw new TypeError(`host must be a string, not empty; got ${inspect(host)}`);
  }
  if (typeof tls !== "object" || tls === null) {
    throw new TypeError(
      "port needs tls, {} for what the system trusts, and a token: nothing goes unencrypted",
    );
  }
  if (token === undefined) throw new TypeError("port needs tls, and the token of the server");
  return { port, host: host ?? "127.0.0.1", tls };
}
