import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createStore } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { describe, expect, test } from "vitest";
import { type ServeOptions, serveStore } from "../../src/index.js";
import { CERTIFICATE } from "../support/certificate.js";
import { ownDirectory } from "../support/places.js";
import { connect, serve } from "../support/stores.js";

const TOKEN = "a token of the tests";
const refusal = (options: ServeOptions) =>
  serve(options).then(
    () => "served",
    (error) => error,
  );

describe("a socket", () => {
  test("is for its user only, and gone when the server is closed", async () => {
    const directory = ownDirectory();
    const path = join(directory, "s");
    const { server } = await serve({ path });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(server.address).toEqual({ path });
    await server.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  test("of a server that lives is STORE_LOCKED for another one", async () => {
    const { path } = await serve();
    expect(await refusal({ path })).toMatchObject({ code: "STORE_LOCKED" });
    const table = await connect({ path }).ensureTable("d", "t");
    await table.insert(["k", 1]);
  });

  test("of a server that was killed is taken over", async () => {
    const path = join(ownDirectory(), "s");
    const program = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
    spawnSync(process.execPath, ["-e", program]);
    expect(existsSync(path)).toBe(true);
    await serve({ path });
    await connect({ path }).ensureTable("d", "t");
  });

  test("isn't made in the place of a file, which stays", async () => {
    const path = join(ownDirectory(), "file");
    writeFileSync(path, "kept");
    expect(await refusal({ path })).toMatchObject({ code: "STORE_INVALID_OPTIONS" });
    expect(statSync(path).size).toBe(4);
  });

  test("in a directory that isn't there is STORE_IO", async () => {
    expect(await refusal({ path: join(ownDirectory(), "no", "s") })).toMatchObject({
      code: "STORE_IO",
    });
  });
});

describe("serveStore refuses with STORE_INVALID_OPTIONS", () => {
  const path = join("never", "made");
  test.each<[string, object]>([
    ["neither path nor port", {}],
    ["both", { path, port: 1 }],
    ["a path that is none", { path: 7 }],
    ["a path too long for a socket", { path: `/${"x".repeat(200)}` }],
    ["TCP without TLS", { port: 0, token: TOKEN }],
    ["TCP with TLS without a certificate", { port: 0, token: TOKEN, tls: {} }],
    ["TCP without a token", { port: 0, tls: CERTIFICATE }],
    ["a short token", { port: 0, tls: CERTIFICATE, token: "short" }],
    ["a limit that is none", { path, maxUnderWay: 0 }],
    ["an option that it doesn't know", { path, other: 1 }],
  ])("%s", async (_what, options) => {
    const store = createStore({ adapter: memoryAdapter });
    await expect(serveStore(store, options)).rejects.toMatchObject({
      name: "StoreError",
      code: "STORE_INVALID_OPTIONS",
    });
  });

  test("and shows no token", async () => {
    const error = await refusal({ port: 0, tls: CERTIFICATE, token: "secret" });
    expect(String(error)).not.toContain("secret");
  });
});

describe("TCP", () => {
  const tls = { ca: CERTIFICATE.cert };

  test("with TLS and the token is as good as a socket", async () => {
    const server = await serveStore(createStore({ adapter: memoryAdapter }), {
      port: 0,
      tls: CERTIFICATE,
      token: TOKEN,
    });
    const { host, port } = server.address as { host: string; port: number };
    const store = connect({ host, port, tls, token: TOKEN });
    const table = await store.ensureTable("d", "t");
    await table.insert(["k", "x".repeat(1_000_000)]);
    expect((await table.lookup("k"))[0]?.[1]).toHaveLength(1_000_000);

    const stranger = connect({ host, port, tls, token: "another token altogether" });
    await expect(stranger.ensureTable("d", "t")).rejects.toMatchObject({
      code: "STORE_INVALID_OPTIONS",
      message: expect.stringContaining("token"),
    });
    // Whose certificate isn't known isn't talked to.
    const cautious = connect({ host, port, tls: {}, token: TOKEN, callTimeout: 200 });
    await expect(cautious.ensureTable("d", "t")).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringContaining("self-signed"),
    });
    await store.close();
    await server.close();
  });

  test("a socket may have a token as well", async () => {
    const { path } = await serve({ token: TOKEN });
    await expect(connect({ path }).ensureTable("d", "t")).rejects.toMatchObject({
      code: "STORE_INVALID_OPTIONS",
    });
    await connect({ path, token: TOKEN }).ensureTable("d", "t");
  });
});
