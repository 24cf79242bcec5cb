// @ts-check
/**
 * Makes what is published readable without the repository. Each published package calls it in its directory, before it is
 * packed and after:
 *
 * `prepare` copies the pages of `docs/` that the package's README leads to, and those that they lead to, into `docs/` of
 * the package. Their links, and those of the README, are changed to lead to what is packed; where that is nothing, the
 * words stay without a link.
 *
 * `restore` undoes that. The README as it was is kept in `node_modules` meanwhile.
 */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { linkTargets, rewriteLinks } from "./markdown.mjs";
import { root } from "./workspace.mjs";

const directory = process.cwd();
const readme = join(directory, "README.md");
// Not beside it: whatever is called like a README is packed.
const original = join(directory, "node_modules", "README.original.md");
const packedDocs = join(directory, "docs");

/** Once more after it was interrupted. */
function restore() {
  rmSync(packedDocs, { recursive: true, force: true });
  if (existsSync(original)) renameSync(original, readme);
}

function prepare() {
  restore();
  const pages = pagesFrom([readme]);
  const texts = [readme, ...pages].map((page) => ({ to: packedAs(page), text: packedText(page) }));
  mkdirSync(packedDocs);
  renameSync(readme, original);
  for (const { to, text } of texts) writeFileSync(to, text);

  /** @param {string} page */
  function packedText(page) {
    return rewriteLinks(readFileSync(page, "utf8"), (link, words, target) => {
      const [path = "", anchor] = target.split("#");
      if (path === "") return link;
      const linked = fileOf(resolve(dirname(page), path));
      if (linked !== readme && !pages.includes(linked)) return words;
      const packedPath = relative(dirname(packedAs(page)), packedAs(linked)).replaceAll(sep, "/");
      return `[${words}](${[packedPath, ...(anchor === undefined ? [] : [anchor])].join("#")})`;
    });
  }
}

/** The pages of the repository's `docs/` that some files lead to.
 * @param {string[]} files
 * @returns {string[]}
 */
function pagesFrom(files) {
  /** @type {string[]} */
  const pages = [];
  const waiting = [...files];
  for (let page = waiting.pop(); page !== undefined; page = waiting.pop()) {
    for (const target of linkTargets(readFileSync(page, "utf8"))) {
      const linked = resolve(dirname(page), target.replace(/#.*/, ""));
      const isPage = dirname(linked) === join(root, "docs") && linked.endsWith(".md");
      if (!isPage || pages.includes(linked)) continue;
      pages.push(linked);
      waiting.push(linked);
    }
  }
  return pages;
}

/** @param {string} page */
function packedAs(page) {
  return page === readme ? readme : join(packedDocs, basename(page));
}

/** What a link shows: of a directory its README.
 * @param {string} path
 */
function fileOf(path) {
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isDirectory ? join(path, "README.md") : path;
}

if (process.argv[2] === "prepare") prepare();
else restore();
