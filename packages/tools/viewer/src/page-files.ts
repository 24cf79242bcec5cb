import { readFile } from "node:fs/promises";

/** Where the build leaves what runs in the browser; as seen from this file, and from what is built of it. */
const DIRECTORY = new URL("../dist/page/", import.meta.url);

/** A file that a browser asks for. */
export interface PageFile {
  readonly type: string;
  readonly content: Buffer;
}

/** What the page is made of, by path: as it is now, whatever is installed while it is shown. */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const [script, style] = await Promise.all(
    ["app.js", "app.css"].map((name) => readFile(new URL(name, DIRECTORY))),
  );
  return new Map([
    ["/app.js", { type: "text/javascript; charset=utf-8", content: script as Buffer }],
    ["/app.css", { type: "text/css; charset=utf-8", content: style as Buffer }],
  ]);
}
