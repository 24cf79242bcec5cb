import type { Store } from "@store/core";
import { InvalidArgumentError } from "commander";
import { UsageError } from "../output/failure.js";
import { loadPackage } from "../places/load-package.js";
import type { OpenPlace } from "../places/open-place.js";
import { parseTables } from "../places/table-name.js";
import { acting, type Define, examples } from "./command-context.js";

/** What is used of `@store/viewer`. */
interface ViewerPackage {
  serveViewer(
    store: Store<"sync"> | Store<"async">,
    options: {
      readonly domains: () => Promise<readonly string[]>;
      readonly port: number;
      readonly write: boolean;
      readonly label: string;
    },
  ): Promise<Viewer>;
}

interface Viewer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

interface ViewOptions {
  readonly port: number;
  readonly write?: boolean;
}

/** `view`: a place as a page in a browser. */
export const defineView: Define = (program, io) => {
  program
    .command("view")
    .summary("show a place as a page in a browser")
    .description(
      "Serve a page of this machine's own that shows a place: its tables as they grow, their records, the engine's inside. The address that is printed has a token, without which nobody gets an answer. It only reads, also beside the owner of a data directory; with --write it owns the directory. Until Ctrl-C. Needs @store/viewer.",
    )
    .argument("<place>")
    .argument("[domain...]", "only these; needed of a server, which doesn't list its own")
    .option("--port <port>", "where to listen, at 127.0.0.1; 0 is any that is free", portNumber, 0)
    .option("--write", "let the page put and delete records")
    .addHelpText(
      "after",
      examples(
        "store view ./data",
        "store view ./data.sock journal runs --write --port 8080",
        "store view postgres://localhost/app --json",
      ),
    )
    .action(
      acting(io, async (context, text: string, wanted: string[], options: ViewOptions) => {
        const { output, at, io } = context;
        const { port, write = false } = options;
        const named = wanted.map(domainOf);
        const signal = io.interruption();
        const { serveViewer } = await loadPackage<ViewerPackage>("@store/viewer", "view");
        await at(text, write ? "write" : "follow", async (opened) => {
          const { label } = opened.place;
          const domains = () => (named.length > 0 ? Promise.resolve(named) : opened.domainsNow());
          // Whether the place is there, and can be written, is told here, and not by the page.
          const known = await domains();
          if (write) await own(opened, known);
          const viewer = await serveViewer(opened.store, { domains, port, write, label });
          const { url } = viewer;
          await output.result(
            { url, port: viewer.port, pid: process.pid, write },
            `${label} is shown at\n\n  ${url}\n\n${write ? "The page may change it. " : ""}Ctrl-C ends it.\n`,
          );
          if (!signal.aborted) {
            await new Promise((resolve) =>
              signal.addEventListener("abort", resolve, { once: true }),
            );
          }
          await viewer.close();
        });
      }),
    );
};

/** A data directory is owned as long as one of its tables is open. */
async function own({ store }: OpenPlace, domains: readonly string[]): Promise<void> {
  for (const domain of domains) {
    const [first] = await store.tables(domain);
    if (first === undefined) continue;
    await store.ensureTable(domain, first.name);
    return;
  }
}

function domainOf(text: string): string {
  const { domain, name } = parseTables(text);
  if (name === undefined) return domain;
  throw new UsageError(`a domain is shown with all of its tables; got ${text}`);
}

function portNumber(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError("A port from 0 to 65535 is needed.");
}
