import { createHash, timingSafeEqual } from "node:crypto";
import type { Failure } from "../protocol/failure.js";
import type { Hello } from "../protocol/handshake.js";
import { type AnyStore, ServedStore } from "../requests/served-store.js";
import type { Wire } from "../wire/wire.js";
import { type Admission, Connection, type ConnectionHost } from "./connection.js";
import type { ServeLimits } from "./limits.js";
import type { Session } from "./session.js";
import { Sessions } from "./sessions.js";

/** How long clients may take to close their ends, when the server closes, in milliseconds. */
const LAST_WORDS = 1_000;
/** Writes that are remembered for a client beyond those that may be under way. */
const REMEMBERED_FACTOR = 4;

/** A store, and the clients that use it, by whatever wires they come. */
export class StoreServer implements ConnectionHost {
  readonly store: ServedStore;
  readonly limits: ServeLimits;
  readonly #token: string | undefined;
  readonly #onFailure: (failure: Failure) => void;
  readonly #connections = new Set<Connection>();
  readonly #sessions: Sessions;
  readonly #ids = new Map<Session, string>();
  #isClosing = false;

  constructor(
    store: AnyStore,
    limits: ServeLimits,
    token: string | undefined,
    onFailure: (failure: Failure) => void = () => {},
  ) {
    this.store = new ServedStore(store);
    this.limits = limits;
    this.#token = token;
    this.#onFailure = onFailure;
    this.#sessions = new Sessions(REMEMBERED_FACTOR * limits.maxUnderWay, limits.sessionTimeout);
  }

  /** How many clients are connected. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Takes a client's wire. */
  accept(wire: Wire): void {
    if (this.#isClosing) {
      wire.destroy();
      return;
    }
    const { maxConnections } = this.limits;
    const connection = new Connection(wire, this);
    this.#connections.add(connection);
    if (this.#connections.size <= maxConnections) return;
    const message = `the server has ${maxConnections} connections, and takes no more`;
    connection.refuse({ code: "STORE_UNAVAILABLE", message });
  }

  admit({ session: bytes, token }: Hello): Admission | Failure {
    if (!isSameToken(this.#token, token)) {
      return { code: "STORE_INVALID_OPTIONS", message: "the server refuses the token" };
    }
    const id = Buffer.from(bytes).toString("latin1");
    const session = this.#sessions.resume(id);
    this.#ids.set(session, id);
    const { maxFrameBytes, maxUnderWay } = this.limits;
    return { session, welcome: { life: session.life, maxFrameBytes, maxUnderWay } };
  }

  left(session: Session, isOver: boolean): void {
    const id = this.#ids.get(session) as string;
    this.#ids.delete(session);
    if (isOver) this.#sessions.end(id);
    else this.#sessions.leave(id);
  }

  closed(connection: Connection): void {
    this.#connections.delete(connection);
  }

  failed(failure: Failure): void {
    this.#onFailure(failure);
  }

  /** Does what was begun, tells the clients, and closes their connections. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const connections = [...this.#connections];
    const timer = setTimeout(() => this.destroy(), LAST_WORDS);
    await Promise.all(connections.map((connection) => connection.finish()));
    clearTimeout(timer);
    this.#sessions.endAll();
  }

  /** Ends all connections at once. */
  destroy(): void {
    this.#isClosing = true;
    for (const connection of [...this.#connections]) connection.destroy();
  }
}

/** Compares digests: how long it takes says nothing about the token. */
function isSameToken(expected: string | undefined, given: string | undefined): boolean {
  if (expected === undefined) return true;
  return timingSafeEqual(digestOf(expected), digestOf(given ?? ""));
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
