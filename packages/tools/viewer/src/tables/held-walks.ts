import { randomUUID } from "node:crypto";
import type { PageAnswer } from "../protocol.js";
import { RequestError } from "./failure.js";
import { type PageRequest, walkOn } from "./page-walk.js";
import type { AnyTable } from "./store.js";
import { Walk } from "./walk.js";

/** So many walks are held; the one that was used longest ago goes first. */
const MOST = 32;

interface Held {
  readonly table: AnyTable;
  readonly walk: Walk;
  /** Counts pages. */
  page: number;
  /** The last page: whoever gave up waiting for it may ask again. */
  answer: Promise<PageAnswer>;
}

/**
 * Walks through tables without order, between one page and the next. Only a walk that goes on is safe while such a table
 * changes: there is no key to begin at again that would not miss some records, or show some twice.
 *
 * A cursor is `walk:page`. The page that was answered last is answered again; an earlier one is gone.
 */
export class HeldWalks {
  /** By id, the one that was used longest ago first. */
  readonly #held = new Map<string, Held>();

  async page(request: PageRequest): Promise<PageAnswer> {
    const { table, cursor } = request;
    const [id, number] = cursor === undefined ? [randomUUID(), 1] : partsOf(cursor);
    let held = this.#held.get(id);
    this.#held.delete(id);
    if (held === undefined) {
      if (cursor !== undefined) throw gone();
      const walk = new Walk(table.records());
      held = { table, walk, page: 0, answer: Promise.resolve(NOTHING) };
      await this.#makeRoom();
    }
    this.#held.set(id, held);
    if (held.table !== table || number < held.page || number > held.page + 1) throw gone();
    if (number > held.page) {
      held.page = number;
      held.answer = this.#next(id, held, request);
      // Nobody knows where a walk stands that has failed.
      held.answer.catch(() => this.#held.delete(id));
    }
    return held.answer;
  }

  async close(): Promise<void> {
    const all = [...this.#held.values()];
    this.#held.clear();
    for (const { walk, answer } of all) {
      await answer.catch(() => {});
      await walk.end();
    }
  }

  async #next(id: string, held: Held, request: PageRequest): Promise<PageAnswer> {
    // One page at a time.
    await held.answer;
    const { rows, searched, isAtEnd } = await walkOn(held.walk, request);
    if (isAtEnd) return { rows, searched, cursor: undefined };
    return { rows, searched, cursor: `${id}:${held.page + 1}` };
  }

  async #makeRoom(): Promise<void> {
    const [first] = this.#held;
    if (this.#held.size < MOST || first === undefined) return;
    const [id, { walk, answer }] = first;
    this.#held.delete(id);
    await answer.catch(() => {});
    await walk.end();
  }
}

const NOTHING: PageAnswer = { rows: [], searched: 0, cursor: undefined };

function partsOf(cursor: string): [id: string, page: number] {
  const [id = "", page = ""] = cursor.split(":");
  return [id, /^\d{1,9}$/.test(page) ? Number(page) : -1];
}

function gone(): RequestError {
  return new RequestError(
    410,
    "WALK_IS_GONE",
    "this walk was let go, since many others began after it: begin again",
  );
}
