import { createServer } from "node:http";
import { createStore, type Store } from "@store/core";
import { fileAdapter } from "@store/file";
import { openTables, summary, type Tables } from "./counters.js";

/**
 * `npm run dashboard [dataDir] [port]`: a page of what the server counts, and `GET /json`. It reads the server's files while
 * that writes, takes no lock, and never makes it wait.
 */
const [, , dataDir = "data", port = "8081"] = process.argv;

const store: Store = createStore({ adapter: fileAdapter, options: { dataDir, readOnly: true } });
let tables: Tables | undefined;

/** Undefined until a server has made the tables: a reader makes none. */
function read() {
  try {
    tables ??= openTables(store);
  } catch (error) {
    if ((error as { code?: unknown }).code === "STORE_READ_ONLY") return undefined;
    throw error;
  }
  return summary(tables, 5);
}

function page(data: NonNullable<ReturnType<typeof read>>): string {
  const rows = Object.entries(data.totals).map(([name, n]) => `<tr><td>${name}<td>${n}`);
  const minutes = data.minutes.map(({ at, name, count }) => `<tr><td>${at}<td>${name}<td>${count}`);
  return `<!doctype html><meta http-equiv="refresh" content="1"><title>Counters</title>
<h1>Totals</h1><table>${rows.join("\n")}</table>
<h1>The last minutes</h1><table>${minutes.join("\n")}</table>\n`;
}

const server = createServer((request, response) => {
  try {
    const data = read();
    if (data === undefined) {
      response.writeHead(503, { "content-type": "text/plain" }).end("nothing was counted yet\n");
    } else if (request.url === "/json") {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(data));
    } else {
      response.writeHead(200, { "content-type": "text/html" }).end(page(data));
    }
  } catch (error) {
    console.error(error);
    response.writeHead(500, { "content-type": "text/plain" }).end("the tables can't be read\n");
  }
});

server.listen(Number(port), "127.0.0.1", () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === "object" ? address?.port : address}`);
});
