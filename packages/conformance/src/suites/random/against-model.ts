import type { TableType } from "@store/core";
import * as fc from "fast-check";
import { show } from "../../assertions/show.js";
import { property } from "../../harness/property.js";
import { ALL, type Suite } from "../../harness/suite.js";
import type { TestContext } from "../../harness/test-context.js";
import type { AnyRange } from "../../model/range.js";
import { ReferenceTable } from "../../model/reference-table.js";
import { agree, attempt } from "./agreement.js";
import * as any from "./arbitrary.js";
import { at, compareContent } from "./content.js";
import { IteratorWatch } from "./iterator-watch.js";
import { momentOperationFor } from "./moment-operations.js";
import { inserting, type Operation, operationFor } from "./operations.js";

/** A step besides the operations: closes and opens the table, or advances an open iterator. */
type Step =
  | Operation
  | { readonly text: string; readonly reopen: true }
  | {
      readonly text: string;
      readonly iterate: number;
      readonly what: "records" | "keys";
      readonly range: AnyRange;
    }
  | { readonly text: string; readonly advance: number; readonly count: number };

/** Random operations on a table and on the model of one: the same results, the same content. */
export const random: Suite = {
  name: "random operations, compared with a model",
  heading: "Semantics",
  lookAt: "the adapter methods behind the last operation of the list",
  define({ eachType }) {
    eachType(
      "operations have the model's results, and leave its content",
      ALL,
      async (_table, context, type) => {
        await property(
          context,
          course(operationFor(type)),
          (steps) => play(context, type, steps),
          print,
        );
      },
    );

    eachType(
      "operations have the model's results when the table is closed and opened between them",
      ALL,
      async (_table, context, type) => {
        const step = fc.oneof(
          { weight: 5, arbitrary: operationFor(type) },
          {
            weight: 1,
            arbitrary: fc.constant<Step>({ text: "close(), ensureTable()", reopen: true }),
          },
        );
        await property(context, course(step), (steps) => play(context, type, steps), print);
      },
    );

    eachType(
      "operations with moments, past and far ahead, have the model's results",
      ALL,
      async (_table, context, type) => {
        await property(
          context,
          course(momentOperationFor(type)),
          (steps) => play(context, type, steps, "at least"),
          print,
        );
      },
      "expiry",
    );

    eachType(
      "open iterators keep their guarantees while operations change the table",
      ALL,
      async (_table, context, type) => {
        const step = fc.oneof(
          { weight: 4, arbitrary: operationFor(type) },
          { weight: 1, arbitrary: opening(type) },
          { weight: 3, arbitrary: advancing },
        );
        await property(
          context,
          course(step, opening(type)),
          (steps) => play(context, type, steps),
          print,
        );
      },
    );
  },
};

/** Some content, perhaps a first step, then any steps. */
function course(step: fc.Arbitrary<Step>, first?: fc.Arbitrary<Step>): fc.Arbitrary<Step[]> {
  return fc
    .tuple(
      any.content.map(inserting),
      first === undefined ? fc.constant([]) : first.map((only) => [only]),
      fc.array(step, { maxLength: 30, size: "max" }),
    )
    .map(([content, begin, rest]) => [content, ...begin, ...rest]);
}

function opening(type: TableType): fc.Arbitrary<Step> {
  const whole = fc.constant<AnyRange>({});
  const range = type === "ordered_set" ? fc.oneof(whole, any.range) : whole;
  return fc
    .tuple(fc.nat({ max: 1 }), fc.constantFrom("records" as const, "keys" as const), range)
    .map(([iterate, what, { limit: _limit, ...open }]) => ({
      text: `steps${iterate} = ${what}(${show(open)})`,
      iterate,
      what,
      range: open,
    }));
}

const advancing: fc.Arbitrary<Step> = fc
  .tuple(fc.nat({ max: 1 }), fc.integer({ min: 1, max: 3 }))
  .map(([advance, count]) => ({ text: `steps${advance}.next(), ${count} times`, advance, count }));

/** An open iterator with its watch. */
interface Held {
  readonly steps: Iterator<unknown> | AsyncIterator<unknown>;
  readonly watch: IteratorWatch;
  done: boolean;
}

let tables = 0;

/** Runs the steps on a new table and on a model. Fails at the first step whose results differ. */
async function play(
  context: TestContext,
  type: TableType,
  steps: readonly Step[],
  size?: "at least",
): Promise<void> {
  const name = `random ${tables++}`;
  const held = new Map<number, Held>();
  const model = new ReferenceTable(type);
  let table = await context.table(type, name);
  try {
    for (const [index, step] of steps.entries()) {
      await at(`step ${index + 1}, ${step.text}`, async () => {
        if ("reopen" in step) {
          held.clear();
          await table.close();
          table = await context.table(type, name);
        } else if ("iterate" in step) {
          const watch = new IteratorWatch(step.what, step.range, model);
          held.set(step.iterate, { steps: table[step.what](step.range), watch, done: false });
        } else if ("advance" in step) {
          await advance(held.get(step.advance), model, step.count);
        } else {
          const expected = await attempt(() => step.expect(model));
          agree(await attempt(() => step.run(table)), expected, step.comparison);
        }
        for (const { watch } of held.values()) watch.observe(model);
      });
    }
    for (const [which, iterator] of held) {
      await at(`the rest of steps${which}`, () =>
        advance(iterator, model, Number.POSITIVE_INFINITY),
      );
    }
    await at("the content after all steps", () => compareContent(table, model, size));
  } finally {
    await table.close();
  }
}

async function advance(
  held: Held | undefined,
  model: ReferenceTable,
  count: number,
): Promise<void> {
  for (let step = 0; held !== undefined && !held.done && step < count; step++) {
    const turn = await held.steps.next();
    if (turn.done === true) {
      held.done = true;
      held.watch.finish();
    } else {
      held.watch.saw(turn.value, model);
    }
  }
}

function print(steps: readonly Step[]): string[] {
  return steps.map(({ text }) => text);
}
