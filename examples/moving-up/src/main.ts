import { session } from "./session.js";

/** `STORAGE=file:data npm start -- "add buy milk" "done 1" list "move pglite:data/pg"` */
const where = process.env.STORAGE ?? "memory";
for (const line of await session(where, process.argv.slice(2))) console.log(line);
