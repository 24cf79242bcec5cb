import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ownDirectory } from "../support/places.js";
import { serve } from "../support/stores.js";

const DIST = fileURLToPath(new URL("../../dist/index.js", import.meta.url));
const CORE = fileURLToPath(new URL("../../../../core/dist/index.js", import.meta.url));

/** Runs a program that leaves its store open. Returns what it printed, when it has ended. */
async function run(adapter: string, options: object): Promise<string> {
  const program = `
    import { createStore } from ${JSON.stringify(CORE)};
    import { ${adapter} } from ${JSON.stringify(DIST)};
    const store = createStore({ adapter: ${adapter}, options: ${JSON.stringify(options)} });
    const table = await store.ensureTable("d", "t", { type: "ordered_set" });
    await table.insertMany(Array.from({ length: 3000 }, (_, n) => [n, n]));
    for await (const [n] of table.records()) if (n === 1500) break;
    await table.insert(["k", 1]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    console.log((await table.lookup("k"))[0][1], await table.size);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
  const [code] = await once(child, "close");
  clearTimeout(timer);
  expect(code).toBe(0);
  return printed;
}

test("a client that is idle doesn't keep its process alive, nor does a promise that waits let it end", async () => {
  const { path } = await serve();
  expect(await run("serverAdapter", { path })).toBe("1 3001\n");
});

test("nor does the idle owner of a directory", async () => {
  expect(await run("clusterAdapter", { dataDir: join(ownDirectory(), "data") })).toBe("1 3001\n");
});
