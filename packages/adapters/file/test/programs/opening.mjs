/**
 * Opens a table and closes it; prints, as JSON, what that threw, and the names that are in the data directory then.
 * Argument: the data directory.
 */
import { readdirSync } from "node:fs";
import { createStore } from "@store/core";
import { fileAdapter } from "@store/file";

const [, , dataDir] = process.argv;
const store = createStore({ adapter: fileAdapter, options: { dataDir } });
let failure;
try {
  store.ensureTable("d", "t");
} catch ({ code, message, cause }) {
  failure = { code, message, cause: cause?.code };
}
store.close();
console.log(JSON.stringify({ failure, names: readdirSync(dataDir) }));
