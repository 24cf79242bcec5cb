// @ts-check
/** Tells the domains of a shared store. */
import { parentPort, workerData } from "node:worker_threads";
import { toolkit } from "@store/core";
import { attachedAdapter } from "../../dist/index.js";

const options = attachedAdapter.normalizeOptions({ ticket: workerData.ticket });
const backend = attachedAdapter.open(options, toolkit);
parentPort?.postMessage(backend.domains?.());
