import { encodedOnce } from "./command-mark.js";

/** What the adapter needs of an `AbortSignal`. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What a command is sent with, of the options that clients take. */
export interface CommandOptions {
  /** Takes it out of the client's queue, where it may wait for a connection. */
  readonly abortSignal?: Signal;
  /** 0: none of the client's own. */
  readonly timeout?: number | undefined;
  readonly typeMapping?: object;
}

type Arguments = readonly (string | Uint8Array)[];

/** What the adapter needs of a client or a pool of clients of one node. */
export interface NodeClient {
  readonly isOpen: boolean;
  /** Not of a pool. */
  readonly isReady?: boolean;
  connect(): Promise<unknown>;
  sendCommand(args: Arguments, options?: CommandOptions): Promise<unknown>;
}

/** What it needs of a cluster. */
export interface ClusterClient {
  readonly isOpen: boolean;
  readonly nodeByAddress: unknown;
  connect(): Promise<unknown>;
  sendCommand(
    firstKey: string | undefined,
    isReadonly: boolean | undefined,
    args: Arguments,
    options?: CommandOptions,
  ): Promise<unknown>;
}

/** What it needs of a client that Sentinel leads to its node. */
export interface SentinelClient {
  readonly isOpen: boolean;
  getSentinelNode(): unknown;
  connect(): Promise<unknown>;
  sendCommand(
    isReadonly: boolean | undefined,
    args: Arguments,
    options?: CommandOptions,
  ): Promise<unknown>;
}

/** Sends a command to the node that has a key. */
export type Send = (key: string, args: Arguments, options: CommandOptions) => Promise<unknown>;

/** How a client, whichever it is, sends a command. */
export function senderOf(client: NodeClient | ClusterClient | SentinelClient): Send {
  if ("nodeByAddress" in client) {
    return (key, args, options) => client.sendCommand(key, false, args, options);
  }
  if ("getSentinelNode" in client) {
    return (_key, args, options) => client.sendCommand(false, encodedOnce(args), options);
  }
  return (_key, args, options) => client.sendCommand(args, options);
}
