import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";

/** Stands between clients and a server, and cuts connections, also in the midst of a frame. */
export class CuttingProxy {
  cuts = 0;
  readonly #server: Server;
  readonly #target: string;
  readonly #sockets = new Set<Socket>();
  /** Bytes that are still let through, both ways together. */
  #left = Number.POSITIVE_INFINITY;

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer((client) => this.#join(client));
  }

  static async start(path: string, target: string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target);
    proxy.#server.listen(path);
    await once(proxy.#server, "listening");
    return proxy;
  }

  /** Cuts all connections when so many more bytes have passed. */
  cutAfter(bytes: number): void {
    this.#left = bytes;
  }

  cutNow(): void {
    this.#left = Number.POSITIVE_INFINITY;
    this.cuts++;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client: Socket): void {
    const server = createConnection({ path: this.#target });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on("error", () => {});
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.on("data", (chunk) => this.#pass(chunk, to));
    }
  }

  #pass(chunk: Buffer, to: Socket): void {
    if (chunk.length < this.#left) {
      this.#left -= chunk.length;
      to.write(chunk);
      return;
    }
    // The first part arrives, the rest is lost.
    const part = chunk.subarray(0, this.#left);
    this.#left = Number.POSITIVE_INFINITY;
    to.write(part, () => this.cutNow());
  }
}
