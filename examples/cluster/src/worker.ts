import { createServer, type IncomingMessage } from "node:http";
import { createStore } from "@store/core";
import { clusterAdapter } from "@store/server";

type Count = [page: string, n: number];
type Visit = [key: [page: string, n: number], by: { pid: number; at: number }];

/** Counts visits in tables that all workers share, whichever of them gets the request. */
export async function serve(port: number, dataDir: string): Promise<void> {
  const store = createStore({ adapter: clusterAdapter, options: { dataDir } });
  const counts = await store.ensureTable<Count>("web", "counts");
  const visits = await store.ensureTable<Visit>("web", "visits", { type: "ordered_set" });

  /** Both happen or none, whichever worker is killed meanwhile. */
  async function visit(page: string): Promise<unknown> {
    const batch = store
      .batch()
      .updateCounter(counts, page, 1, [page, 0])
      .append(visits, [page], { pid: process.pid, at: Date.now() });
    await batch.commit();
    return { page, visits: batch.results?.[0], worker: process.pid };
  }

  async function answer(request: IncomingMessage): Promise<unknown> {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname !== "/") return visit(pathname.slice(1));
    const pages: Record<string, number> = {};
    for await (const [page, n] of counts.records()) pages[page] = n;
    return pages;
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (value) => response.end(`${JSON.stringify(value)}\n`),
      (error: unknown) => response.writeHead(503).end(`${String(error)}\n`),
    );
  });
  server.listen(port);
}
