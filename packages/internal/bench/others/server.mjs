// @ts-check
/** `node server.mjs <core> <memory> <server> <path>`: serves a store of memory until the process that began it ends. */
const [, , core = "", memory = "", server = "", path] = process.argv;
const { createStore } = await import(core);
const { memoryAdapter } = await import(memory);
const { serveStore } = await import(server);

await serveStore(createStore({ adapter: memoryAdapter }), { path });
process.on("disconnect", () => process.exit());
process.send?.("ready");
