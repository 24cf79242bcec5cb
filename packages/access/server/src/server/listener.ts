import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, linkSync, lstatSync, renameSync, rmSync } from "node:fs";
import {
  createConnection,
  createServer,
  type ListenOptions,
  type Server,
  type Socket,
} from "node:net";
import { dirname, join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { toolkit } from "@store/core";
import { HIDDEN_BYTES } from "../wire/socket-path.js";
import { SocketWire } from "../wire/socket-wire.js";
import type { Wire } from "../wire/wire.js";
import type { Address } from "./serve-options.js";

/** How a listener behaves. */
export interface ListenerOptions {
  /** What is at the path is stale: the caller owns the place. Default: one who listens there is asked. */
  readonly replaces?: boolean;
  /** Keeps the process alive. Default: true. */
  readonly isHeld?: boolean;
  /** How long the handshake of TLS may take, in milliseconds. */
  readonly handshakeTimeout?: number;
}

/** Something that accepts connections. */
export interface Listener {
  /** Where, once it listens: a port of 0 has become a number. */
  readonly address: { readonly path: string } | { readonly host: string; readonly port: number };
  /** Accepts no more. What was accepted stays. */
  close(): void;
  /** {@link close}, but leaves the path alone: it is somebody else's by now. */
  abandon(): void;
}

/** Listens at an address, and hands on the wires of those who come. */
export async function listen(
  address: Address,
  accept: (wire: Wire) => void,
  options: ListenerOptions = {},
): Promise<Listener> {
  const { isHeld = true, handshakeTimeout } = options;
  const onSocket = (socket: Socket) => {
    if (!isHeld) socket.unref();
    accept(new SocketWire(socket));
  };
  const settings = { noDelay: true, pauseOnConnect: false };
  const server =
    "path" in address
      ? createServer(settings, onSocket)
      : createTlsServer(
          { ...(handshakeTimeout && { handshakeTimeout }), ...address.tls, ...settings },
          onSocket,
        );
  // A client that fails in the midst of its handshake concerns nobody else.
  server.on("tlsClientError", () => {});
  const close = "path" in address ? await listenAtPath(server, address.path, options) : undefined;
  if (!("path" in address)) await listening(server, { port: address.port, host: address.host });
  if (!isHeld) server.unref();
  server.on("error", () => {});
  return {
    address: boundTo(server, address),
    close: () => {
      close?.();
      server.close();
    },
    abandon: () => void server.close(),
  };
}

function boundTo(server: Server, address: Address): Listener["address"] {
  if ("path" in address) return { path: address.path };
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : address.port;
  return { host: address.host, port };
}

/** In a worker of `node:cluster` the primary would listen, and share what comes: hence `exclusive`. */
async function listening(server: Server, options: ListenOptions): Promise<void> {
  try {
    server.listen({ ...options, exclusive: true });
    await once(server, "listening");
  } catch (error) {
    server.close();
    const { message } = error as Error;
    throw toolkit.error("STORE_IO", `it can't listen: ${message}`, error);
  }
}

/**
 * Listens at a path that only this user may connect to. The socket is made under a name that nobody knows, and gets its
 * own when it is ready: so it is never there half, and when the system removes what was listened at, at the end, it
 * finds nothing, least of all the socket of somebody who has the path by then. Returns what removes the path.
 */
async function listenAtPath(
  server: Server,
  path: string,
  { replaces = false }: ListenerOptions,
): Promise<() => void> {
  if (process.platform === "win32") {
    await listening(server, { path });
    return () => {};
  }
  const made = hiddenBeside(path);
  await listening(server, { path: made });
  try {
    chmodSync(made, 0o600);
    const { ino } = lstatSync(made);
    if (replaces) renameSync(made, path);
    else await place(made, path);
    return () => {
      if (lstatSync(path, { throwIfNoEntry: false })?.ino === ino) rmSync(path, { force: true });
    };
  } catch (error) {
    server.close();
    throw error;
  }
}

/** A name that nobody knows, in the same directory. */
function hiddenBeside(path: string): string {
  return join(dirname(path), `.${randomBytes(HIDDEN_BYTES).toString("hex")}`);
}

/** Gives a socket its path, unless somebody listens there. */
async function place(made: string, path: string): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    try {
      linkSync(made, path);
      rmSync(made, { force: true });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        throw toolkit.error(
          "STORE_IO",
          `${path} can't be made: ${(error as Error).message}`,
          error,
        );
      }
    }
    await removeStale(path);
  }
  throw toolkit.error("STORE_LOCKED", `others begin to listen at ${path} at the same time`);
}

/** Removes the socket of a server that has died. What is no socket is left alone. */
async function removeStale(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw toolkit.error("STORE_INVALID_OPTIONS", `${path} is there, and is no socket`);
  }
  if (await isServed(path)) {
    throw toolkit.error("STORE_LOCKED", `another server listens at ${path}`);
  }
  // Somebody else may have found it stale as well, and be there by now: that one is put back.
  const aside = hiddenBeside(path);
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (lstatSync(aside).ino !== found.ino) linkSync(aside, path);
  rmSync(aside, { force: true });
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ path });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      // Anything but these says that somebody may be there.
      resolve(error.code !== "ECONNREFUSED" && error.code !== "ENOENT");
    });
  });
}
