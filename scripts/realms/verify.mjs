/**
 * `verify.mjs write|read DIRECTORY`: writes a table of all values as plain Node does, or reads one that a test runner wrote.
 * Its last word is the number of values.
 */
import { createStore } from "@store/core";
import { fileAdapter } from "@store/file";
import { same, values } from "./values.cjs";

const [, , what, dataDir] = process.argv;
const store = createStore({ adapter: fileAdapter, options: { dataDir } });
const table = store.ensureTable("d", "values");
if (what === "write") {
  table.insertMany(Object.entries(values()));
} else {
  for (const [name, value] of Object.entries(values())) {
    same(table.lookup(name), [[name, value]]);
  }
}
console.log(table.size);
store.close();
