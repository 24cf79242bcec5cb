import { createServer } from "node:http";
import { createStore, type StoreError } from "@store/core";
import { fileAdapter } from "@store/file";
import { count, openTables } from "./counters.js";

/**
 * `npm start [dataDir] [port]`: `POST /count/NAME?by=N` counts and answers with the total, `GET /count/NAME` tells it. A count
 * that was answered survives the death of this process.
 */
const [, , dataDir = "data", port = "8080"] = process.argv;

const store = createStore({ adapter: fileAdapter, options: { dataDir, autoSave: 1_000 } });
const tables = openTables(store);

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const [, name] = /^\/count\/([\w.-]{1,100})$/.exec(pathname) ?? [];
  const answer = (status: number, body: object) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(`${JSON.stringify(body)}\n`);
  };
  if (name === undefined) return answer(404, { error: "not found" });
  try {
    if (request.method === "GET") {
      return answer(200, { name, total: tables.totals.lookupElement(name, 2, 0) });
    }
    if (request.method !== "POST") return answer(405, { error: "GET or POST" });
    const by = Number(searchParams.get("by") ?? 1);
    return answer(200, { name, total: count(store, tables, name, by) });
  } catch (error) {
    // `by` is no integer, or the total would be none that a number can hold: nothing was counted.
    const { code, message } = error as StoreError;
    const isTheirs = code === "STORE_INVALID_OPERATION" || code === "STORE_COUNTER_OVERFLOW";
    if (!isTheirs) console.error(error);
    return answer(isTheirs ? 400 : 500, { error: isTheirs ? message : "internal error" });
  }
});

server.listen(Number(port), "127.0.0.1", () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === "object" ? address?.port : address}`);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    server.close(() => store.close());
    server.closeAllConnections();
  });
}
