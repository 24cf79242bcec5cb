// A process of the bench: node process.mjs serve PATH, or look PATH
import { createStore } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { serverAdapter, serveStore } from "../dist/index.js";

const [what, path] = process.argv.slice(2);
if (what === "serve") {
  await serveStore(createStore({ adapter: memoryAdapter }), { path });
} else {
  const store = createStore({ adapter: serverAdapter, options: { path } });
  const table = await store.ensureTable("d", "t");
  process.on("message", async ({ calls }) => {
    let n = 0;
    const call = async () => {
      while (n < calls) await table.lookup(`key-${n++ % 10_000}`);
    };
    await Promise.all(Array.from({ length: 64 }, call));
    process.send("done");
  });
}
process.send("ready");
