/**
 * What a statement is sent by: a `Pool` or a `Client` of `pg`, PGlite, or whatever else has their `query`. A client that
 * was handed in is never closed by the adapter.
 */
export interface PostgresClient {
  /** Runs one statement with its parameters `$1`, `$2` and so on. */
  query(text: string, values?: unknown[]): Promise<PostgresResult>;
}

/** What the statement returned. */
export interface PostgresResult {
  readonly rows: readonly unknown[];
  /** How many rows it returned or changed, as `pg` says it. */
  readonly rowCount?: number | null | undefined;
  /** The same, as PGlite says it. */
  readonly affectedRows?: number | undefined;
}

/** A pool of `pg`: it lends connections, so that one that doesn't answer can be thrown away. */
export interface ConnectionPool extends PostgresClient {
  readonly totalCount: number;
  connect(): Promise<PooledConnection>;
}

/** A connection of a {@link ConnectionPool}. */
export interface PooledConnection {
  query(statement: PreparedStatement): Promise<PostgresResult>;
  /** @param error the connection is broken: it is closed instead of lent again */
  release(error?: Error): void;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** A statement as `pg` takes it; with a name, the server keeps its plan. */
export interface PreparedStatement {
  readonly name?: string;
  readonly text: string;
  readonly values: unknown[];
}

/** Whether the client is a pool of `pg`, of whatever copy of it. */
export function isPool(client: PostgresClient): client is ConnectionPool {
  const { connect, totalCount } = client as Partial<ConnectionPool>;
  return typeof connect === "function" && typeof totalCount === "number";
}

/** What is used of an `AbortSignal`. */
export interface CallSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}
