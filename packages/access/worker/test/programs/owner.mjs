// @ts-check
/** Owns a shared store, and does what it is told: stands still for a while, waits for another owner, or ends. */
import { parentPort, workerData } from "node:worker_threads";
import { createStore } from "@store/core";
import { attachStore, sharedAdapter, shareStore } from "../../dist/index.js";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const store = createStore({ adapter: sharedAdapter });
const table = store.ensureTable("d", "t", { type: workerData?.type ?? "set" });
table.insert(["k", 0]);
port.on("message", ({ call, ticket, milliseconds }) => {
  if (call === "exit") process.exit(0);
  if (call === "busy") {
    port.postMessage("busy");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  }
  if (call === "ask") {
    try {
      const other = attachStore(ticket, { callTimeout: 20_000 });
      // The other one asks as well, at about the same time, until one of them has waited for who waits for it.
      for (let index = 0; index < 20_000; index++) other.ensureTable("d", "t").insert(["k", index]);
      port.postMessage({ done: true });
    } catch (error) {
      const { code, message } = /** @type {{ code?: string, message: string }} */ (error);
      port.postMessage({ code, message });
    }
  }
});
port.postMessage(shareStore(store));
