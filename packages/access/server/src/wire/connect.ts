import { createConnection, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { SocketWire } from "./socket-wire.js";
import type { Wire } from "./wire.js";

/** How long an attempt may take, in milliseconds. */
const CONNECT_TIMEOUT = 10_000;
/** When nothing is heard, the system asks whether the other end is there, in milliseconds. */
const KEEP_ALIVE = 15_000;

/** Connects a socket; rejects with what the system says. */
export function connectSocket(
  target:
    | { readonly path: string }
    | { readonly port: number; readonly host: string; readonly tls: object },
): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const isPath = "path" in target;
    const socket: Socket = isPath
      ? createConnection({ path: target.path })
      : connectTls({ ...target.tls, host: target.host, port: target.port });
    const timer = setTimeout(() => {
      socket.destroy(new Error(`no connection within ${CONNECT_TIMEOUT} ms`));
    }, CONNECT_TIMEOUT);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    socket.once("error", fail);
    socket.once(isPath ? "connect" : "secureConnect", () => {
      clearTimeout(timer);
      socket.off("error", fail);
      socket.setKeepAlive(!isPath, KEEP_ALIVE);
      resolve(new SocketWire(socket));
    });
  });
}
