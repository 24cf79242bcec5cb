import * as fc from "fast-check";
import { collect, holds, same, sameRecords } from "../../assertions/assertion.js";
import { backendConfigOf } from "../../backend/create-backend.js";
import { property } from "../../harness/property.js";
import { ALL, hasType, type Suite } from "../../harness/suite.js";
import { agree, attempt } from "./agreement.js";
import { operationFor } from "./operations.js";

let tables = 0;

/** Random operations on this adapter and on the kit user's `reference`. */
export const differential: Suite = {
  name: "random operations, compared with the reference adapter",
  heading: "Semantics",
  lookAt: "the adapter methods behind the last operation of the list",
  define({ eachType }) {
    eachType(
      "operations have the reference's results, and leave its content",
      ALL,
      async (_table, context, type) => {
        const { reference } = context.options;
        if (reference === undefined) return;
        const backend = backendConfigOf(reference);
        if (!hasType(backend.adapter.capabilities, type)) return;
        const mode = backend.adapter.mode === "async" ? "async" : context.mode;
        const referenceStore = context.openStore({ backend, mode });
        const steps = fc.array(operationFor(type), { maxLength: 40, size: "max" });
        await property(
          context,
          steps,
          async (operations) => {
            const name = `differential ${tables++}`;
            const mine = await context.table(type, name);
            const theirs = await referenceStore.ensureTable("d", name, { type });
            for (const [index, operation] of operations.entries()) {
              const expected = await attempt(() => operation.run(theirs));
              const actual = await attempt(() => operation.run(mine));
              try {
                agree(actual, expected, operation.comparison);
              } catch (error) {
                const reason = error instanceof Error ? error.message : String(error);
                holds(false, `step ${index + 1}, ${operation.text}: ${reason}`);
              }
            }
            const [actual, expected] = [
              await collect(mine.records()),
              await collect(theirs.records()),
            ];
            if (type === "ordered_set") same(actual, expected, "the records after all steps");
            else sameRecords(actual, expected, "the records after all steps");
            same(await mine.size, await theirs.size, "size");
            await mine.close();
            await theirs.close();
          },
          (operations) => operations.map(({ text }) => text),
        );
      },
    );
  },
};
