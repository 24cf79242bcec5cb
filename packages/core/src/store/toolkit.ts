import type { Toolkit } from "../adapter/adapter.js";
import { planBatch } from "../batch/plan-batch.js";
import { Refusal, type StoreErrorCode } from "../errors/errors.js";
import { counted } from "../values/counter.js";
import { equalValues } from "../values/equality.js";
import { hashValue } from "../values/hashing/hash.js";
import { compareKeys } from "../values/key-order.js";

/** The {@link Toolkit} that adapters are handed; exported for their tests. */
export const toolkit: Toolkit = Object.freeze({
  compareKeys,
  equalRecords: equalValues,
  hashRecord: hashValue,
  counted,
  planBatch,
  error: (code: StoreErrorCode, detail: string, cause?: unknown) =>
    new Refusal(code, detail, cause),
});
