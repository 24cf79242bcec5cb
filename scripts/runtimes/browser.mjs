// @ts-check
/** Runs the kit, over core and the memory adapter, in a browser. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../workspace.mjs";

const TIME_LIMIT_MS = 10 * 60_000;
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where a Chromium is, if there is one: `CHROMIUM` names it. */
export function findChromium() {
  return [process.env.CHROMIUM ?? "", ...PLACES].find((place) => place !== "" && existsSync(place));
}

/**
 * @param {string} chromium
 * @returns {Promise<{ passed: number, failed: number, failures: string[], agent: string }>}
 */
export async function runInBrowser(chromium) {
  const script = await bundle();
  const profile = mkdtempSync(join(tmpdir(), "store-chromium-"));
  const { server, results } = serve(script);
  await new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  // A sandbox can't be had by the superuser, nor in most containers; what runs in it is ours.
  const flags = ["--headless", "--disable-gpu", "--no-first-run", "--no-sandbox"];
  const url = `http://127.0.0.1:${address.port}/`;
  const browser = spawn(chromium, [...flags, `--user-data-dir=${profile}`, url], {
    stdio: "ignore",
  });
  const gone = new Promise((exited) => browser.once("exit", exited).once("error", exited));
  const late = setTimeout(() => browser.kill(), TIME_LIMIT_MS);
  try {
    const ended = gone.then((how) => {
      throw new Error(`${chromium} ended (${how}) before the kit did`);
    });
    return await Promise.race([results, ended]);
  } finally {
    clearTimeout(late);
    browser.kill();
    await gone;
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A page that runs the script, and what it posts when it is done. @param {string} script */
function serve(script) {
  /** @type {import("node:http").Server | undefined} */
  let server;
  const results = new Promise((resolve, reject) => {
    server = createServer((request, response) => {
      // An isolated page: no other has a SharedArrayBuffer.
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
      if (request.method === "POST") {
        let body = "";
        request.setEncoding("utf8");
        request.on("data", (chunk) => {
          body += chunk;
        });
        request.on("end", () => {
          response.end();
          resolve(JSON.parse(body));
        });
        request.on("error", reject);
      } else if (request.url === "/kit.js") {
        response.setHeader("content-type", "text/javascript; charset=utf-8").end(script);
      } else {
        response.setHeader("content-type", "text/html; charset=utf-8");
        response.end(PAGE);
      }
    });
  });
  return { server: /** @type {import("node:http").Server} */ (server), results };
}

/** The kit, core, the memory adapter and a runner in one file, without Node. */
async function bundle() {
  const require = createRequire(new URL("package.json", import.meta.url));
  /** @type {any} */
  const { build } = require("esbuild");
  const shims = fileURLToPath(new URL("node-in-browser.mjs", import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents: PROGRAM, resolveDir: root },
    bundle: true,
    format: "esm",
    platform: "browser",
    plugins: [
      {
        name: "node",
        /** @param {any} build */
        setup: ({ onResolve }) => onResolve({ filter: /^node:/ }, () => ({ path: shims })),
      },
    ],
    target: "es2022",
    write: false,
  });
  return outputFiles.map((/** @type {{ text: string }} */ file) => file.text).join("");
}

// What isn't caught by a test would otherwise be seen by nobody.
const PAGE = `<!doctype html>
<script>
  const report = (what) => fetch("/results", {
    method: "POST",
    body: JSON.stringify({ passed: 0, failed: 1, failures: [String(what)], agent: navigator.userAgent }),
  });
  addEventListener("error", ({ message, filename, lineno }) => report([message, filename, lineno]));
  addEventListener("unhandledrejection", ({ reason }) => report(reason?.stack ?? reason));
</script>
<script type="module" src="/kit.js"></script>`;

const PROGRAM = `
import "./scripts/runtimes/node-in-browser.mjs";
import { conformance } from "./packages/conformance/dist/index.js";
import { memoryAdapter } from "./packages/adapters/memory/dist/index.js";
import { createRunner } from "./scripts/runtimes/runner.mjs";

const failures = [];
const runner = createRunner();
conformance(runner, { createAdapter: () => memoryAdapter });
const results = await runner.run((failure) => failures.push(failure));
const body = JSON.stringify({ ...results, failures, agent: navigator.userAgent });
await fetch("/results", { method: "POST", body });
`;
