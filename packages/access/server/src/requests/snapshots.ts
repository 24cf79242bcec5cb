import { toolkit } from "@store/core";
import { Kind } from "../protocol/kinds.js";
import { type Handler, type Handlers, writeNothing } from "./handler.js";
import { mapped } from "./results.js";

const take: Handler<void> = {
  run(context, input) {
    const table = input.uint32();
    const number = input.uint32();
    input.finish();
    const { methods } = context.table(table);
    if (methods.snapshot === undefined) {
      throw toolkit.error("STORE_NOT_SUPPORTED", "the table has no snapshots in the server");
    }
    return mapped(methods.snapshot(), (records) =>
      context.keepSnapshot(number, { table, records }),
    );
  },
  write: writeNothing,
};

/** The request for a snapshot; {@link Kind.SCAN_SNAPSHOT} is a scan. */
export const SNAPSHOTS: Handlers = new Map([[Kind.SNAPSHOT, take as Handler<never>]]);
