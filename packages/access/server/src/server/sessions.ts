import { Session } from "./session.js";

/** Sessions without a connection. Beyond these the one that lost its connection first ends. */
const MAX_IDLE = 10_000;

/** The sessions of a server, by their ids. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #idle = new Set<string>();
  readonly #maxAnswers: number;
  readonly #timeout: number;

  /** @param timeout how long a session lives without a connection, in milliseconds */
  constructor(maxAnswers: number, timeout: number) {
    this.#maxAnswers = maxAnswers;
    this.#timeout = timeout;
  }

  /** The session of that id, for a new connection of its client; makes it if there is none. */
  resume(id: string): Session {
    const known = this.#sessions.get(id);
    if (known !== undefined) {
      clearTimeout(known.timer);
      this.#idle.delete(id);
      return known;
    }
    const session = new Session(this.#maxAnswers);
    this.#sessions.set(id, session);
    return session;
  }

  /** The client has no connection: it may come back. */
  leave(id: string): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    session.timer = setTimeout(() => this.end(id), this.#timeout).unref();
    this.#idle.add(id);
    const [oldest] = this.#idle;
    if (this.#idle.size > MAX_IDLE && oldest !== undefined) this.end(oldest);
  }

  end(id: string): void {
    clearTimeout(this.#sessions.get(id)?.timer);
    this.#sessions.delete(id);
    this.#idle.delete(id);
  }

  endAll(): void {
    for (const id of [...this.#sessions.keys()]) this.end(id);
  }
}
