import type { Store } from "@store/core";
import { UsageError } from "../output/failure.js";
import { loadPackage } from "../places/load-package.js";
import { acting, type Define, examples } from "./command-context.js";

/** What is used of `@store/server`. */
interface ServerPackage {
  serveStore(
    store: Store<"sync"> | Store<"async">,
    options: { readonly path: string },
  ): Promise<Served> | Served;
}

interface Served {
  close(): Promise<void> | void;
}

/** `serve`: a place for other processes, at a socket. */
export const defineServe: Define = (program, io) => {
  program
    .command("serve")
    .summary("serve a place at a socket")
    .description(
      "Own a place, and serve it to other processes at a socket, which is a place for all commands here, and for `serverAdapter`. Until Ctrl-C. Needs @store/server.",
    )
    .argument("<place>")
    .requiredOption("--socket <path>", "where to listen")
    .addHelpText(
      "after",
      examples("store serve ./data --socket ./data.sock", "store ls ./data.sock"),
    )
    .action(
      acting(
        io,
        async (
          { output, at, io, place },
          text: string,
          { socket }: { readonly socket: string },
        ) => {
          if (place(text).kind === "socket") throw new UsageError(`${text} is served already`);
          const signal = io.interruption();
          const { serveStore } = await loadPackage<ServerPackage>("@store/server", "serve");
          await at(text, "write", async (opened) => {
            const served = await serveStore(opened.store, { path: socket });
            await output.result({ socket, pid: process.pid }, `serving ${text} at ${socket}\n`);
            if (!signal.aborted) {
              await new Promise((resolve) =>
                signal.addEventListener("abort", resolve, { once: true }),
              );
            }
            await served.close();
          });
        },
      ),
    );
};
