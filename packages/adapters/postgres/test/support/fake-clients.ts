import type {
  ConnectionPool,
  PooledConnection,
  PostgresResult,
} from "../../src/connection/client.js";

/** An error as the server sends it. */
export function serverError(state: string): Error {
  return Object.assign(new Error(`error ${state}`), { code: state });
}

/** An error of the network, as Node makes it. */
export function networkError(code: string): Error {
  return Object.assign(new Error(`read ${code}`), { code });
}

/** A promise that is never settled. */
export function never<T>(): Promise<T> {
  return new Promise(() => {});
}

/** A pool with one connection, which does with each statement what it is told. */
export class FakePool implements ConnectionPool {
  readonly totalCount = 1;
  /** What was sent. */
  readonly sent: unknown[] = [];
  /** What connections were given back with. */
  readonly released: unknown[] = [];
  connecting: () => Promise<void> = async () => {};
  answer: () => Promise<PostgresResult>;

  constructor(answer: () => Promise<PostgresResult>) {
    this.answer = answer;
  }

  query(): Promise<PostgresResult> {
    throw new Error("the adapter borrows a connection");
  }

  async connect(): Promise<PooledConnection> {
    await this.connecting();
    return {
      query: (statement) => {
        this.sent.push(statement);
        return this.answer();
      },
      release: (error) => this.released.push(error),
      on: () => {},
    };
  }
}
