import { types } from "node:util";
import type { Progress, SentError, WorkerRequest, WorkerResponse } from "./message.js";
import { Worker } from "./worker.js";

// The program of the kit's processes: handles requests of the kit, and ends when the kit has ended.
const post = (message: WorkerResponse | Progress) => process.send?.(message);
const worker = new Worker((step) => post({ step }));

process.on("message", async ({ method, args }: WorkerRequest) => {
  try {
    post({ value: await Reflect.apply(worker[method], worker, args) });
  } catch (error) {
    post({ error: sent(error) });
  }
});
process.on("disconnect", () => process.exit());

function sent(error: unknown): SentError {
  if (!types.isNativeError(error))
    return { name: "Error", message: String(error), code: undefined };
  const { name, message } = error;
  return { name, message, code: Reflect.get(error, "code") };
}
