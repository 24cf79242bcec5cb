import type { TableType } from "@store/core";
import * as fc from "fast-check";
import type { AnyTable } from "../../backend/any-store.js";
import { property } from "../../harness/property.js";
import { ALL, hasType, type Suite } from "../../harness/suite.js";
import type { TestContext } from "../../harness/test-context.js";
import { type BatchCalls, ReferenceBatch } from "../../model/reference-batch.js";
import { ReferenceTable } from "../../model/reference-table.js";
import { agree, attempt } from "./agreement.js";
import * as any from "./arbitrary.js";
import { type BatchOperation, batchOver } from "./batch-operations.js";
import { at, compareContent } from "./content.js";
import { inserting, type Operation, operationFor, withoutExactNumbers } from "./operations.js";

/** A batch, or an operation on one of the tables by itself. */
type Step =
  | { readonly text: string; readonly batch: readonly BatchOperation[] }
  | { readonly text: string; readonly table: number; readonly operation: Operation };

/** Random batches over tables of all types and over models of them: the same results, the same content. */
export const randomBatches: Suite = {
  name: "random batches, compared with a model",
  heading: "Batches",
  lookAt: "applyChanges or transact of the backend, and what the last batch of the list does",
  define({ test }) {
    for (const [title, hasMoments] of [
      ["batches over several tables have the model's results, and leave its content", false],
      ["batches whose operations carry moments do so as well", true],
    ] as const) {
      test(
        title,
        async (context) => {
          const types = [
            ...ALL.filter((type) => hasType(context.capabilities, type)),
            "set",
          ] as const;
          await property(
            context,
            fc.array(stepOver(types, hasMoments), { maxLength: 12, size: "max" }),
            (steps) => play(context, types, steps, hasMoments ? "at least" : "exact"),
            (steps) => steps.map(({ text }) => text),
          );
        },
        "batches",
        ...(hasMoments ? (["expiry"] as const) : []),
      );
    }
  },
};

function stepOver(types: readonly TableType[], hasMoments: boolean): fc.Arbitrary<Step> {
  const table = fc.nat({ max: types.length - 1 });
  const ownOperation = table.chain((at) =>
    operationFor(types[at] ?? "set").map((operation) => ({ at, operation })),
  );
  return fc.oneof(
    {
      weight: 4,
      arbitrary: batchOver(types, hasMoments).map((operations) => ({
        text: `batch().${operations.map(({ text }) => text).join(".")}.commit()`,
        batch: operations,
      })),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(table, any.records).map(([at, records]) => {
        const operation = inserting(records);
        return { text: `table${at}.${operation.text}`, table: at, operation };
      }),
    },
    {
      weight: 1,
      arbitrary: ownOperation.map(({ at, operation }) => ({
        text: `table${at}.${operation.text}`,
        table: at,
        operation: hasMoments ? withoutExactNumbers(operation) : operation,
      })),
    },
  );
}

/** A table and its model. */
interface Pair {
  readonly table: AnyTable;
  readonly model: ReferenceTable;
}

let plays = 0;

async function play(
  context: TestContext,
  types: readonly TableType[],
  steps: readonly Step[],
  sizes: "exact" | "at least",
): Promise<void> {
  const name = `batches ${plays++}`;
  const pairs: Pair[] = [];
  try {
    for (const [index, type] of types.entries()) {
      const table = await context.table(type, `${name}, table${index}`);
      pairs.push({ table, model: new ReferenceTable(type) });
    }
    for (const [index, step] of steps.entries()) {
      await at(`step ${index + 1}, ${step.text}`, () =>
        "batch" in step
          ? commitBoth(context, pairs, step.batch)
          : doBoth(pairs[step.table], step.operation),
      );
    }
    for (const [index, { table, model }] of pairs.entries()) {
      await at(`the content of table${index} after all steps`, () =>
        compareContent(table, model, sizes),
      );
    }
  } finally {
    for (const { table } of pairs) await table.close();
  }
}

async function commitBoth(
  { store }: TestContext,
  pairs: readonly Pair[],
  operations: readonly BatchOperation[],
): Promise<void> {
  const [batch, modelBatch] = [store.batch(), new ReferenceBatch()];
  const [tables, models] = [pairs.map(({ table }) => table), pairs.map(({ model }) => model)];
  for (const operation of operations) {
    operation.add(batch as BatchCalls<AnyTable>, tables);
    operation.add(modelBatch, models);
  }
  const expected = await attempt(() => [modelBatch.commit(), modelBatch.results]);
  const actual = await attempt(async () => [await batch.commit(), batch.results]);
  agree(actual, expected, "exact");
}

async function doBoth(pair: Pair | undefined, operation: Operation): Promise<void> {
  if (pair === undefined) return;
  const expected = await attempt(() => operation.expect(pair.model));
  agree(await attempt(() => operation.run(pair.table)), expected, operation.comparison);
}
