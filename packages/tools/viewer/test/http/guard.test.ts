import { createConnection } from "node:net";
import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { memoryStore } from "../support/stores.js";
import { named, Viewing } from "../support/viewer.js";

function filled() {
  const store = memoryStore();
  store.ensureTable("d", "t", { type: "ordered_set" }).insertMany([
    [1, "a"],
    [2, "b"],
  ]);
  return store;
}

const PATHS = [
  "/",
  "/app.js",
  "/app.css",
  "/app.js.map",
  "/nothing",
  "/api/tables",
  "/api/records",
  "/api/export",
  "/api/nothing",
  "/..%2f..%2fpackage.json",
];

test.each(PATHS)("%s without the token, or with another, is 403", async (path) => {
  const viewing = await Viewing.of(filled(), { write: true });
  const { token } = viewing;
  const others = [undefined, "", "x", token.slice(1), `${token}x`, token.toLowerCase()];
  for (const other of others.filter((each) => each !== token)) {
    for (const method of ["GET", "HEAD", "POST", "PUT", "OPTIONS"]) {
      const headers = { origin: viewing.origin, "content-type": "application/json" };
      const answer = await viewing.ask(
        path,
        { table: named("t") },
        { token: other, method, headers },
      );
      expect([answer.status, method, other]).toEqual([403, method, other]);
    }
  }
});

test("the token is of the address alone: as a header or a cookie it is none", async () => {
  const viewing = await Viewing.of(filled());
  const { token } = viewing;
  const headers = { cookie: `token=${token}`, authorization: `Bearer ${token}`, "x-token": token };
  const answer = await viewing.ask("/", {}, { token: undefined, headers });
  expect(answer.status).toBe(403);
  expect(answer.text).not.toContain(token);
});

test("each viewer has another token, of 192 bits", async () => {
  const [one, other] = [await Viewing.of(filled()), await Viewing.of(filled())];
  expect(one.token).toMatch(/^[\w-]{32}$/);
  expect(one.token).not.toBe(other.token);
});

test.each([
  "evil.example",
  "evil.example:80",
  "127.0.0.1",
  "127.0.0.1:1",
  "[::1]:PORT",
  "0.0.0.0:PORT",
])(
  "the host %s, by which another site's name may lead here, is 403 with the token, too",
  async (host) => {
    const viewing = await Viewing.of(filled());
    const headers = { host: host.replace("PORT", String(viewing.viewer.port)) };
    for (const path of PATHS) {
      expect((await viewing.ask(path, {}, { headers })).status).toBe(403);
    }
  },
);

test.each(["127.0.0.1", "localhost", "LOCALHOST"])("the host %s is its own", async (name) => {
  const viewing = await Viewing.of(filled());
  const headers = { host: `${name}:${viewing.viewer.port}` };
  expect((await viewing.ask("/api/tables", {}, { headers })).status).toBe(200);
});

test("another site gets neither what the page is made of nor what it asks", async () => {
  const viewing = await Viewing.of(filled());
  for (const site of ["cross-site", "same-site"]) {
    const headers = { "sec-fetch-site": site };
    expect((await viewing.ask("/api/tables", {}, { headers })).status).toBe(403);
    expect((await viewing.ask("/app.js", {}, { headers })).status).toBe(403);
    // Whoever has the address may come from anywhere: from a terminal in a browser, say.
    expect((await viewing.ask("/", {}, { headers })).status).toBe(200);
  }
  for (const site of ["same-origin", "none"]) {
    const headers = { "sec-fetch-site": site };
    expect((await viewing.ask("/api/tables", {}, { headers })).status).toBe(200);
  }
});

test("what changes something comes from the page itself: another origin, or none, is 403", async () => {
  const store = filled();
  const viewing = await Viewing.of(store, { write: true });
  const body = { table: named("t"), record: '[3,"c"]' };
  for (const origin of [undefined, "null", "http://evil.example", "http://127.0.0.1:1"]) {
    const answer = await viewing.post("put", body, { headers: { origin } });
    expect([answer.status, origin]).toEqual([403, origin]);
  }
  expect(store.ensureTable("d", "t").size).toBe(2);
  expect((await viewing.post("put", body)).status).toBe(200);
  expect(store.ensureTable("d", "t").size).toBe(3);
});

test("each answer, refused ones included, says that it is kept nowhere and shown in no frame", async () => {
  const viewing = await Viewing.of(filled());
  const answers = [
    await viewing.ask("/"),
    await viewing.ask("/app.js"),
    await viewing.ask("/api/tables"),
    await viewing.ask("/api/export", { table: named("t") }),
    await viewing.ask("/api/records", { table: "x" }),
    await viewing.ask("/", {}, { token: undefined }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 400, 403]);
  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    });
    const policy = headers["content-security-policy"] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  }
});

test("the page has the name of the place, whatever it is, as text", async () => {
  const label = `"><script>alert(1)</script>&quot;'\u2028\ud83d\ude00\ud800`;
  const viewing = await Viewing.of(filled(), { label });
  const { text, headers } = await viewing.ask("/");
  expect(headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(text).not.toContain("<script>alert");
  const [, place = ""] = /data-place="([^"]*)"/.exec(text) ?? [];
  const json = place.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
  expect(JSON.parse(json)).toMatchObject({ label, isWritable: false });
});

test("methods that are of no use are 405", async () => {
  const viewing = await Viewing.of(filled(), { write: true });
  for (const method of ["PUT", "DELETE", "OPTIONS", "PATCH"]) {
    expect((await viewing.ask("/api/tables", {}, { method })).status).toBe(405);
  }
  expect((await viewing.ask("/api/put")).status).toBe(405);
  expect((await viewing.post("tables", {})).status).toBe(405);
  expect((await viewing.ask("/", {}, { method: "HEAD" })).text).toBe("");
});

const elsewhere = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .find(({ family, internal }) => family === "IPv4" && !internal);

test.skipIf(elsewhere === undefined)("it isn't there for other machines", async () => {
  const viewing = await Viewing.of(filled());
  const socket = createConnection({ host: elsewhere?.address ?? "", port: viewing.viewer.port });
  const outcome = await new Promise<string>((resolve) => {
    socket.once("connect", () => resolve("connected"));
    socket.once("error", () => resolve("refused"));
  });
  socket.destroy();
  expect(outcome).toBe("refused");
});
