// @ts-check
/** On Deno, with no permission to write: opening a table in a file fails with a `StoreError` that names what is missing. */
import { match, throws } from "node:assert/strict";
import { dist } from "./dist.mjs";

const { createStore } = await import(dist("core"));
const { fileAdapter } = await import(dist("adapters/file"));

const store = createStore({ adapter: fileAdapter, options: { dataDir: "not-allowed" } });
throws(
  () => store.ensureTable("d", "t"),
  (/** @type {any} */ error) => {
    match(error.code, /^STORE_/);
    match(error.message, /access to|permission/);
    return true;
  },
);
console.log(JSON.stringify({ passed: 1, failed: 0 }));
