import type { BatchOperation, Moments, StoreRecord, Toolkit } from "@store/core";
import type { Connection } from "../connection/connection.js";
import { type Statement, write } from "../connection/statement.js";
import { hex } from "../rows/literal.js";
import { MAX_KEY_BYTES, type RowEncoder } from "../rows/rows.js";
import type { Names } from "../schema/names.js";
import type { PostgresTable } from "../tables/postgres-table.js";
import { computedStep } from "./computed-steps.js";
import { insertingNew, plainStep } from "./plain-steps.js";
import type { Step, Unknown } from "./step.js";

/** What the function answered; see `schema/batch-function.ts`. */
interface BatchAnswer {
  readonly results?: readonly unknown[];
  readonly failed?: true;
  readonly overflow?: number;
  readonly missing?: number;
  readonly unknown?: Unknown;
}

/** A step, and the table that it is about. */
interface PlacedStep {
  readonly table: PostgresTable;
  readonly step: Step;
}

/** Does batches: each as one statement, and another one for each thing that the database has to be told. */
export class Transactor {
  readonly #connection: Connection;
  readonly #rows: RowEncoder;
  readonly #toolkit: Toolkit;
  readonly #statement: Statement;

  constructor(connection: Connection, rows: RowEncoder, names: Names, toolkit: Toolkit) {
    this.#connection = connection;
    this.#rows = rows;
    this.#toolkit = toolkit;
    this.#statement = write(`SELECT ${names.batch}($1::jsonb, $2::jsonb)::text AS answer`);
  }

  /** Inserts all of the records if none of their keys is there, and says whether it did. */
  async insertNew(
    table: PostgresTable,
    records: readonly StoreRecord[],
    moments: Moments | undefined,
  ): Promise<boolean> {
    const step = insertingNew(records, moments, { table, rows: this.#rows });
    return (await this.#finish([{ table, step }])) !== undefined;
  }

  /** What each operation comes to; undefined, with nothing changed, if a condition doesn't hold. */
  async run(
    operations: readonly BatchOperation<"async">[],
  ): Promise<readonly unknown[] | undefined> {
    const steps = operations.map((operation) => ({
      table: operation.table as PostgresTable,
      step: this.#stepOf(operation),
    }));
    return this.#finish(steps);
  }

  async #finish(placed: readonly PlacedStep[]): Promise<readonly unknown[] | undefined> {
    const steps = placed.map(({ step }) => step);
    // The step that an operation of the function belongs to.
    const owners = steps.flatMap((step) => step.operations.map(() => step));
    for (;;) {
      const answer = await this.#ask(placed);
      if (answer.results !== undefined) return resultsOf(steps, answer.results);
      if (answer.failed) return undefined;
      const refused = answer.missing ?? answer.overflow;
      if (refused !== undefined) throw owners[refused]?.refusal();
      const unknown = answer.unknown as Unknown;
      owners[unknown.at]?.learn(unknown);
    }
  }

  #stepOf(operation: BatchOperation<"async">): Step {
    const table = operation.table as PostgresTable;
    const context = { table, rows: this.#rows, toolkit: this.#toolkit };
    switch (operation.kind) {
      case "updateElement":
      case "updateCounter":
      case "append":
        return computedStep(operation, context);
      default:
        return plainStep(operation, context);
    }
  }

  async #ask(placed: readonly PlacedStep[]): Promise<BatchAnswer> {
    const locks = new Map<string, [number, string]>();
    for (const {
      table: { id },
      step,
    } of placed) {
      for (const key of step.locks) {
        // A key that is too long isn't there, and never will be.
        if (key.length > MAX_KEY_BYTES) continue;
        const text = hex(key);
        locks.set(`${id}/${text}`, [id, text]);
      }
    }
    const { rows } = await this.#connection.run(this.#statement, [
      JSON.stringify([...locks.values()]),
      JSON.stringify(placed.flatMap(({ step }) => step.operations)),
    ]);
    return JSON.parse(String(rows[0]?.answer));
  }
}

/** Of each step that of its last operation. */
function resultsOf(steps: readonly Step[], answers: readonly unknown[]): unknown[] {
  let end = 0;
  return steps.map((step) => {
    end += step.operations.length;
    return step.result(answers[end - 1]);
  });
}
