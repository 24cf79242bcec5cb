import { join, resolve } from "node:path";
import { createStore } from "@store/core";
import { expect, onTestFinished, test, vi } from "vitest";
import { sqliteAdapter } from "../src/index.js";
import { failureOf } from "./support/failure-of.js";

test("options: defaults are filled in, and the path is absolute", () => {
  expect(sqliteAdapter.normalizeOptions({ path: "a/b.db", busyTimeout: undefined })).toEqual({
    path: resolve("a", "b.db"),
    busyTimeout: 5_000,
    synchronous: "full",
  });
  const path = join(process.cwd(), "x");
  const options = { path, busyTimeout: 0, synchronous: "normal" } as const;
  expect(sqliteAdapter.normalizeOptions(options)).toEqual(options);
});

test("options: a name that SQLite would read as a URI is a file as any other", () => {
  expect(sqliteAdapter.normalizeOptions({ path: "file:x?mode=memory" }).path).toBe(
    resolve("file:x?mode=memory"),
  );
});

test("on a Node without node:sqlite, the first call that needs a table says what it needs", () => {
  const builtIn = vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
  onTestFinished(() => builtIn.mockRestore());
  const store = createStore({ adapter: sqliteAdapter, options: { path: "never-made.db" } });
  const { code, message } = failureOf(() => store.ensureTable("d", "t"));
  expect(code).toBe("STORE_NOT_SUPPORTED");
  expect(message).toContain("node:sqlite is needed, which Node has from 22.13 on");
  expect(message).toContain(process.versions.node);
  store.close();
});
