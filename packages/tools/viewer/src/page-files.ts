import { readFile } from "node:fs/promises";

/** Where the build leaves what runs in the browser; as seen from this file, and from what is built of it. */
const DIRECTORY = new URL("../dist/page/", import.meta.url);

/** What the page is made of, by the path that a browser asks for. */
const FILES: ReadonlyMap<string, { readonly file: string; readonly type: string }> = new Map([
  ["/app.js", { file: "app.js", type: "text/javascript; charset=utf-8" }],
  ["/app.css", { file: "app.css", type: "text/css; charset=utf-8" }],
]);

/** A file of the page; undefined if there is none of that path. */
export async function pageFile(
  path: string,
): Promise<{ readonly type: string; readonly content: Buffer } | undefined> {
  const known = FILES.get(path);
  if (known === undefined) return undefined;
  return { type: known.type, content: await readFile(new URL(known.file, DIRECTORY)) };
}
