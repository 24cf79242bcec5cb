// @ts-check
/** Runs a function over an attached store, and tells what it returned or threw. */
import { parentPort, workerData } from "node:worker_threads";
import { attachStore } from "../../dist/index.js";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const { ticket, run, callTimeout, data } = workerData;
try {
  const store = attachStore(ticket, callTimeout === undefined ? {} : { callTimeout });
  /** @type {(store: unknown, port: unknown, data: unknown) => unknown} */
  const body = new Function("store", "port", "data", run);
  port.postMessage({ value: body(store, port, data) });
} catch (error) {
  const { code, message } = /** @type {{ code?: string, message: string }} */ (error);
  port.postMessage({ code, message });
}
