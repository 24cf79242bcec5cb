import type { NodeClient } from "../../src/connection/client.js";

/** A client that counts what it sends for another one. */
export class CountingClient implements NodeClient {
  /** Names of the commands, in their order. */
  readonly commands: string[] = [];
  readonly #client: NodeClient;

  constructor(client: NodeClient) {
    this.#client = client;
  }

  get isOpen(): boolean {
    return this.#client.isOpen;
  }

  get isReady(): boolean {
    return this.#client.isReady === true;
  }

  connect(): Promise<unknown> {
    return this.#client.connect();
  }

  sendCommand(...args: Parameters<NodeClient["sendCommand"]>): Promise<unknown> {
    this.commands.push(String(args[0][0]));
    return this.#client.sendCommand(...args);
  }
}
