/** What a server lets its clients do. */
export interface ServeLimits {
  /** Connections at once; one more is refused. Default: 1,000. */
  readonly maxConnections: number;
  /** The longest request, in bytes. Default: 64 MiB. */
  readonly maxFrameBytes: number;
  /** Requests of a connection that are under way at once; further ones wait. Default: 4,096. */
  readonly maxUnderWay: number;
  /** How long a new connection may take to say who it is, in milliseconds. Default: 10,000. */
  readonly handshakeTimeout: number;
  /** How long a client that has lost its connection may ask what became of its writes, in milliseconds. Default: 60,000. */
  readonly sessionTimeout: number;
}

export const DEFAULT_LIMITS: ServeLimits = {
  maxConnections: 1_000,
  maxFrameBytes: 2 ** 26,
  maxUnderWay: 4_096,
  handshakeTimeout: 10_000,
  sessionTimeout: 60_000,
};

/** Tables that a client may have open, scans under way, and snapshots: far more than anybody has. */
export const MAX_TABLES = 100_000;
export const MAX_SCANS = 1_000;
export const MAX_SNAPSHOTS = 1_000;
