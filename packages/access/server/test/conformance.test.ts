import { dirname, join } from "node:path";
import { conformance } from "@store/conformance";
import { createStore, type Store } from "@store/core";
import { fileAdapter } from "@store/file";
import { memoryAdapter } from "@store/memory";
import { afterAll, beforeAll, describe } from "vitest";
import { kitRunner } from "../../../../tooling/kit-runner.js";
import { isLong, partOf } from "../../../../tooling/long.js";
import { Client } from "../src/client/client.js";
import { type ServedStoreHandle, serverAdapter, serveStore } from "../src/index.js";
import { newDirectory, removeDirectory } from "./support/places.js";

const TOKEN = "sixteen characters";
const invalidOptions = [
  {},
  { path: "" },
  { path: 1 },
  { path: "a\0b" },
  { path: `/${"long/".repeat(40)}` },
  { path: "x", port: 1 },
  { path: "x", callTimeout: 0 },
  { path: "x", token: "short" },
  { path: "x", other: 1 },
  { port: 0, tls: {}, token: TOKEN },
  { port: 1, token: TOKEN },
  { port: 1, tls: {} },
  { port: 1, tls: {}, token: TOKEN, host: "" },
];

const processes = {
  module: new URL("../dist/index.js", import.meta.url),
  export: "serverAdapter",
  survivesKill: "returned",
} as const;

/** What clients have asked for. */
let requests = 0;
const { call, stream } = Client.prototype;
beforeAll(() => {
  Client.prototype.call = counted(call);
  Client.prototype.stream = counted(stream);
});
afterAll(() => {
  Client.prototype.call = call;
  Client.prototype.stream = stream;
});

function counted<F extends (...args: never[]) => unknown>(method: F): F {
  return function (this: Client, ...args: never[]) {
    requests++;
    return Reflect.apply(method, this, args);
  } as F;
}

/** What is served, by the path of its socket. */
const served = new Map<string, { readonly store: Store; readonly server: ServedStoreHandle }>();

describe.each(isLong ? ["memory", "file"] : ["memory"])("a served store: %s", (kind) => {
  conformance(kitRunner(8), {
    createAdapter: async () => {
      const directory = newDirectory();
      const path = join(directory, "socket");
      const store =
        kind === "memory"
          ? createStore({ adapter: memoryAdapter })
          : createStore({
              adapter: fileAdapter,
              options: { dataDir: join(directory, "data"), autoSave: Number.POSITIVE_INFINITY },
            });
      served.set(path, { store, server: await serveStore(store, { path }) });
      return { adapter: serverAdapter, options: { path } };
    },
    cleanup: async ({ options: { path } }) => {
      await served.get(path)?.server.close();
      served.get(path)?.store.close();
      served.delete(path);
      removeDirectory(dirname(path));
    },
    invalidOptions: kind === "memory" ? invalidOptions : [],
    reference: memoryAdapter,
    roundTrips: () => requests,
    runs: partOf(2, 40),
    timeoutMs: 30_000,
    ...(isLong && { processes }),
  });
});
