import type { Toolkit } from "@store/core";
import type { Connection } from "../connection/connection.js";
import { failureOf, refusalOf } from "../connection/failure.js";
import { MODE, STATUS } from "../script/codes.js";
import { ByteReader } from "./byte-reader.js";
import type { Operation, TableNames } from "./operation.js";
import { scriptCall } from "./request.js";

/** As many operations, and bytes of them, go in one call: a longer one would hold up the server for the others. */
const MOST_OPERATIONS = 128;
const MOST_BYTES = 2 ** 18;
/** Redis takes arguments of 512 MB by default. */
const MOST_REQUEST_BYTES = 2 ** 29 - 2 ** 16;

/** An operation whose caller waits. */
interface Waiting {
  readonly operation: Operation<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Operations of one slot that go in one call. */
interface Group {
  readonly waiting: Waiting[];
  bytes: number;
}

/** What a batch has come to. */
export type BatchAnswer =
  | { readonly results: readonly unknown[] }
  | { readonly stoppedAt: number; readonly status: number; readonly answer: ByteReader };

/**
 * Sends operations to the script. Those of one slot that are called in one turn of the event loop go in one call, in their
 * order, each for itself: what becomes of one is nothing to the others.
 */
export class Dispatcher {
  readonly #connection: Connection;
  readonly #toolkit: Toolkit;
  readonly #groups = new Map<string, Group>();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(connection: Connection, toolkit: Toolkit) {
    this.#connection = connection;
    this.#toolkit = toolkit;
  }

  /** Does an operation, together with others. */
  send<T>(operation: Operation<T>): Promise<T> {
    const { catalogue } = operation.table;
    return new Promise<T>((resolve, reject) => {
      let group = this.#groups.get(catalogue);
      if (group !== undefined && isFull(group, operation)) {
        this.#flush(catalogue, group);
        group = undefined;
      }
      if (group === undefined) {
        const opened: Group = { waiting: [], bytes: 0 };
        group = opened;
        this.#groups.set(catalogue, opened);
        process.nextTick(() => this.#flush(catalogue, opened));
      }
      group.bytes += sizeOf(operation);
      group.waiting.push({ operation, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** Does an operation in a call of its own: those that make or remove a table. */
  async sendAlone<T>(operation: Operation<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const { catalogue } = operation.table;
      const before = this.#groups.get(catalogue);
      if (before !== undefined) this.#flush(catalogue, before);
      this.#run([{ operation, resolve: resolve as (value: unknown) => void, reject }]);
    });
  }

  /** Does the operations of a batch, all or none. */
  async sendBatch(operations: readonly Operation<unknown>[]): Promise<BatchAnswer> {
    const answer = await this.#call(MODE.batch, operations).catch((error) => {
      throw failureOf(this.#toolkit, error, true);
    });
    const status = answer.byte();
    if (status !== STATUS.done) return { stoppedAt: answer.number(), status, answer };
    return { results: operations.map(({ read }) => read(answer, answer.byte())) };
  }

  /** The error for a status that no operation reads by itself. */
  errorOf(status: number, answer: ByteReader): Error {
    const { error } = this.#toolkit;
    switch (status) {
      case STATUS.dropped:
        return error("STORE_TABLE_CLOSED", "another store has dropped the table");
      case STATUS.overflow:
        return error(
          "STORE_COUNTER_OVERFLOW",
          `the last number is ${Number.MAX_SAFE_INTEGER}, the last safe integer`,
        );
      default:
        return refusalOf(this.#toolkit, answer.text().toString());
    }
  }

  /** Waits for all that is under way. */
  async settled(): Promise<void> {
    for (const [catalogue, group] of [...this.#groups]) this.#flush(catalogue, group);
    await Promise.allSettled(this.#underWay);
  }

  #flush(catalogue: string, group: Group): void {
    // It may be on its way already.
    if (this.#groups.get(catalogue) !== group) return;
    this.#groups.delete(catalogue);
    this.#run(group.waiting);
  }

  #run(waiting: readonly Waiting[]): void {
    const [first] = waiting;
    const table = first?.operation.table as TableNames;
    if (!table.hasMoments && waiting.every(({ operation }) => isPlain(operation, table))) {
      this.#fetch(table, waiting);
      return;
    }
    const operations = waiting.map(({ operation }) => operation);
    this.#call(MODE.independent, operations).then(
      (answer) => this.#answer(waiting, answer),
      (error) => {
        for (const { operation, reject } of waiting) {
          reject(failureOf(this.#toolkit, error, operation.isWrite));
        }
      },
    );
  }

  /** Reads values by a command. Those that have a moment are the script's to judge, by the server's clock. */
  #fetch(table: TableNames, waiting: readonly Waiting[]): void {
    const fields = waiting.map(({ operation }) => operation.fields as readonly Uint8Array[]);
    this.#tracked(this.#connection.fields(table.keys[0] as string, fields.flat())).then(
      (values) => {
        if (values.some((value) => value?.[0] === HAS_MOMENT)) {
          table.hasMoments = true;
          this.#run(waiting);
          return;
        }
        let at = 0;
        for (const [index, { resolve }] of waiting.entries()) {
          const end = at + (fields[index] as readonly Uint8Array[]).length;
          resolve(values.slice(at, end).map((value) => (value === null ? [] : [value])));
          at = end;
        }
      },
      (error) => {
        for (const { reject } of waiting) reject(failureOf(this.#toolkit, error, false));
      },
    );
  }

  #answer(waiting: readonly Waiting[], answer: ByteReader): void {
    for (const { operation, resolve, reject } of waiting) {
      const status = answer.byte();
      if (status <= STATUS.needed) resolve(operation.read(answer, status));
      else reject(this.errorOf(status, answer));
    }
  }

  async #call(
    mode: (typeof MODE)[keyof typeof MODE],
    operations: readonly Operation<unknown>[],
  ): Promise<ByteReader> {
    const { script, keys, request } = scriptCall(mode, operations);
    if (request.length > MOST_REQUEST_BYTES) {
      throw this.#toolkit.error(
        "STORE_INVALID_OPERATION",
        `a call has at most ${MOST_REQUEST_BYTES} bytes; got ${request.length}`,
      );
    }
    return new ByteReader(await this.#tracked(this.#connection.run(script, keys, request)));
  }

  async #tracked<T>(reply: Promise<T>): Promise<T> {
    this.#underWay.add(reply);
    try {
      return await reply;
    } finally {
      this.#underWay.delete(reply);
    }
  }
}

/** The first byte of a value that has a moment. */
const HAS_MOMENT = 2;

function isPlain({ fields, table }: Operation<unknown>, common: TableNames): boolean {
  return fields !== undefined && table === common;
}

function isFull({ waiting, bytes }: Group, operation: Operation<unknown>): boolean {
  return waiting.length >= MOST_OPERATIONS || bytes + sizeOf(operation) > MOST_BYTES;
}

/** Bytes of an operation, about. */
function sizeOf(operation: Operation<unknown>): number {
  const { fields } = operation;
  return fields === undefined
    ? operation.body.length
    : fields.reduce((sum, { length }) => sum + length, 0);
}
