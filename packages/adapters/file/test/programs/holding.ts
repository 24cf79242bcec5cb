import { createStore } from "@store/core";
import { fileAdapter } from "../../src/index.js";

// Opens a table, says so, and holds it until it is told to give it back.
const [, , dataDir = ""] = process.argv;
const store = createStore({ adapter: fileAdapter, options: { dataDir } });
try {
  const table = store.ensureTable<[string, number]>("d", "t");
  table.insert(["held by", process.pid]);
  console.log("open");
} catch (error) {
  console.log(Object(error).code);
}
process.stdin.once("data", () => {
  store.close();
  process.stdin.destroy();
});
