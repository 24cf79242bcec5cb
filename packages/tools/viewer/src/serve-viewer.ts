import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Store, StoreError } from "@store/core";
import manifest from "../package.json" with { type: "json" };
import { send, sendFailure, sendText, setHeaders } from "./http/answer.js";
import { documentOf } from "./http/document.js";
import { Guard } from "./http/guard.js";
import { answer, type Context } from "./http/routes.js";
import { type PageFile, pageFiles } from "./page-files.js";
import { Catalogue, type Domains } from "./tables/catalogue.js";
import { RequestError } from "./tables/failure.js";
import { HeldWalks } from "./tables/held-walks.js";
import { Marks } from "./tables/marks.js";
import type { AnyStore } from "./tables/store.js";

/** How a store is shown. */
export interface ViewerOptions {
  /** The domains that are shown: their names, or what tells them whenever the page looks. */
  readonly domains: readonly string[] | Domains;
  /** Where to listen, at 127.0.0.1. Default: 0, any that is free. */
  readonly port?: number | undefined;
  /** Whether the page may put and delete records. Default: false. */
  readonly write?: boolean | undefined;
  /** What the page calls the store. Default: `"store"`. */
  readonly label?: string | undefined;
}

/** A viewer that is being served. */
export interface Viewer {
  /** The address of the page, with the token in its query: without it every answer is 403. */
  readonly url: string;
  readonly port: number;
  /** Ends it, and all that is under way. The store stays open. */
  close(): Promise<void>;
}

/**
 * Serves a page that shows the tables of a store, to this machine alone. It opens tables that are there, and makes none.
 *
 * Rejects with a `StoreError`: `STORE_INVALID_OPTIONS`, or `STORE_IO` where the port can't be had.
 */
export async function serveViewer(
  store: Store<"sync"> | Store<"async">,
  options: ViewerOptions,
): Promise<Viewer> {
  const { domains, port, write, label } = checked(options);
  const catalogue = new Catalogue(store as AnyStore, domains);
  const held = new HeldWalks();
  const guard = new Guard();
  const place = { label, isWritable: write, version: manifest.version };
  const context: Context = { place, catalogue, held, marks: new Marks(catalogue) };
  const page: Page = { guard, context, files: await pageFiles() };
  const server = createServer((request, response) => {
    handle(request, response, page).catch((error: unknown) => sendFailure(response, error));
  });
  await listening(server, port);
  const address = server.address() as AddressInfo;
  guard.listensAt(address.port);
  return {
    url: `http://127.0.0.1:${address.port}/?token=${guard.token}`,
    port: address.port,
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await held.close();
    },
  };
}

/** What is served. */
interface Page {
  readonly guard: Guard;
  readonly context: Context;
  readonly files: ReadonlyMap<string, PageFile>;
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  { guard, context, files }: Page,
): Promise<void> {
  setHeaders(response);
  const url = urlOf(request);
  const refusal = url === undefined ? "no address" : guard.check(request, url);
  if (url === undefined || refusal !== undefined) {
    sendText(response, 403, refusal ?? "");
    return;
  }
  const { pathname, searchParams: params } = url;
  if (!["GET", "HEAD", "POST"].includes(request.method ?? "")) {
    throw new RequestError(405, "WRONG_METHOD", `${request.method} is of no use here`);
  }
  if (pathname.startsWith("/api/")) {
    await answer({ context, params, request, response }, pathname);
    return;
  }
  const isPage = pathname === "/";
  const file = isPage
    ? { type: "text/html; charset=utf-8", content: documentOf(guard.token, context.place) }
    : files.get(pathname);
  if (file === undefined) sendText(response, 404, "not there");
  else send(response, 200, file.type, file.content);
}

/** Undefined for what is no path. */
function urlOf({ url = "" }: IncomingMessage): URL | undefined {
  return url.startsWith("/") && URL.canParse(url, "http://viewer")
    ? new URL(url, "http://viewer")
    : undefined;
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EADDRINUSE" ? "it is taken" : cause.message;
      reject(
        new StoreError("STORE_IO", `can't serve the viewer at port ${port}: ${why}`, { cause }),
      );
    });
    server.listen(port, "127.0.0.1", resolve);
  });
}

function checked(options: ViewerOptions): {
  readonly domains: Domains;
  readonly port: number;
  readonly write: boolean;
  readonly label: string;
} {
  const { domains, port = 0, write = false, label = "store", ...others } = Object(options);
  const names = Object.keys(others);
  if (names.length > 0) throw invalid(`knows no option ${names.join(", ")}`);
  const isList =
    Array.isArray(domains) && domains.every((name) => typeof name === "string" && name !== "");
  if (!isList && typeof domains !== "function") {
    throw invalid("needs the domains that it shows: their names, or a function that tells them");
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw invalid(`listens at a port from 0 to 65535; got ${String(port)}`);
  }
  if (typeof write !== "boolean")
    throw invalid(`takes true or false for write; got ${String(write)}`);
  if (typeof label !== "string") throw invalid(`takes a text for label; got ${String(label)}`);
  return { domains: isList ? () => domains as string[] : domains, port, write, label };
}

function invalid(detail: string): StoreError {
  return new StoreError("STORE_INVALID_OPTIONS", `serveViewer ${detail}`);
}
