import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { memoryStore } from "./support/stores.js";

const require = createRequire(import.meta.url);

test.each(["import", "require"])("as it is built, by %s, it hands out its page", async (how) => {
  const file = `../dist/index.${how === "import" ? "js" : "cjs"}`;
  const { serveViewer }: typeof import("../src/index.js") =
    how === "import" ? await import(file) : require(file);
  const viewer = await serveViewer(memoryStore(), { domains: [] });
  const at = (path: string) => viewer.url.replace("/?", `/${path}?`);
  expect(await (await fetch(at("app.js"))).text()).toContain("addEventListener");
  expect(await (await fetch(at("app.css"))).text()).toContain(":root");
  expect((await fetch(at("app.js.map"))).status).toBe(404);
  await viewer.close();
});
