// @ts-check
/**
 * Checks what would be published, as its users get it: packs every public package, inspects the
 * tarballs, then installs them into an empty project that imports, requires and compiles against
 * them. Expects the packages to be built.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import ts from "typescript";
import { bundleProblems } from "./bundles.mjs";
import { anchorsIn, linkTargets } from "./markdown.mjs";
import { packages, readJson, run } from "./workspace.mjs";

const MUST_HAVE = ["package.json", "README.md", "LICENSE", "dist/index.js", "dist/index.cjs"];
const MAY_HAVE = [...MUST_HAVE, "CHANGELOG.md"];

/** Packages with which none is installed that isn't ours. */
const ALONE = ["@store/codec", "@store/core", "@store/memory", "@store/file", "@store/sqlite"];

/** The licences of what is built into a package; see tooling/bundling.ts. */
const NOTICES = "dist/THIRD-PARTY-NOTICES.md";

/** Bridges to libraries whose own declarations need Node's types and the web's, and don't compile without `skipLibCheck`. */
const WITH_FOREIGN_TYPES = ["@store/level", "@store/langgraph", "@store/telemetry"];

/** Packages whose code may import nothing at run time, so that they run anywhere. */
const SELF_CONTAINED = ["@store/codec", "@store/core", "@store/memory"];

/**
 * Bytes that `dist/index.js` may have, as it is published: not minified, comments included. A fifth more than it had when
 * the limit was set, so that a jump is seen and growth is decided.
 * @type {Record<string, number>}
 */
const SIZE_LIMITS = {
  "@store/codec": 71_000,
  "@store/core": 194_000,
  "@store/memory": 100_000,
  "@store/file": 452_000,
  "@store/conformance": 434_000,
  "@store/sqlite": 51_000,
  "@store/redis": 104_000,
  "@store/postgres": 90_000,
  "@store/keyv": 7_700,
  "@store/level": 44_500,
  "@store/langgraph": 38_000,
  "@store/cli": 120_000,
  "@store/erlang": 103_000,
  "@store/telemetry": 36_000,
  "@store/viewer": 84_000,
  "@store/server": 130_000,
  "@store/worker": 160_000,
};

const SAMPLE = `
import { createStore } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { fileAdapter } from "@store/file";
import { decodeRecord, encodeRecord } from "@store/codec";
import { conformance } from "@store/conformance";

const store = createStore({ adapter: memoryAdapter });
const t = store.ensureTable<[id: string, n: number]>("d", "t");
t.insert(["a", 1]);
const rows: [id: string, n: number][] = t.lookup("a");
if (rows[0]?.[1] !== 1) throw new Error("lookup did not return what insert stored");
if (decodeRecord(encodeRecord(["a", { n: 1n }]))[0] !== "a") throw new Error("a record was lost");
if (typeof conformance !== "function") throw new Error("conformance is not a function");

const files = { adapter: fileAdapter, options: { dataDir: "data" } };
for (const value of [1, 2]) {
  const durable = createStore(files);
  const table = durable.ensureTable<[id: string, n: number]>("d", "t");
  table.updateCounter("n", 1, ["n", 0]);
  const [record] = table.lookup("n");
  durable.close();
  if (value === 2 && (record?.[1] ?? 0) < 2) throw new Error("the file table did not keep its record");
}
`;

let failures = 0;

/** Prints a row: the subject, each check with its mark, and below it what is wrong.
 * @param {string} subject
 * @param {Record<string, string[]>} checks the problems that each check found
 */
function report(subject, checks) {
  const problems = Object.values(checks).flat();
  const marks = Object.entries(checks).map(([name, { length }]) => `${length ? "✗" : "✓"} ${name}`);
  console.log([subject.padEnd(20), ...marks].join("  "));
  for (const problem of problems) console.log(`  - ${problem}`);
  failures += problems.length;
}

/** Runs a command; shows what it printed when it fails.
 * @param {string} command
 * @param {string[]} args
 */
function problemsOf(command, args, cwd = consumer) {
  const status = run(command, args, { cwd, quiet: true });
  return status === 0 ? [] : [`${command} ${args.join(" ")}: exit code ${status}, see above`];
}

/** @param {string} directory */
function filesIn(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .map((file) => file.replaceAll(sep, "/"));
}

/** @param {any} manifest */
function manifestProblems(manifest) {
  const problems = [];
  const { dependencies = {}, peerDependencies = {} } = manifest;
  const ranges = Object.entries({ ...dependencies, ...peerDependencies });
  if (manifest.sideEffects !== false) problems.push("sideEffects is not false");
  if (ranges.some(([, range]) => range.startsWith("workspace:"))) {
    problems.push("a range still says workspace:");
  }
  if (manifest.name === "@store/core" && ranges.length > 0) problems.push("core has dependencies");
  const strangers = ranges.map(([name]) => name).filter((name) => !names.includes(name));
  if (ALONE.includes(manifest.name) && strangers.length > 0) {
    problems.push(`installs ${strangers.join(", ")}`);
  }
  return problems;
}

/** @param {string[]} files */
function fileProblems(files) {
  return [
    ...MUST_HAVE.filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
    ...files
      .filter((f) => !/^dist\/|^docs\/[^/]+\.md$/.test(f) && !MAY_HAVE.includes(f))
      .map((f) => `has ${f}`),
  ];
}

/** Every link of a page to a file or a heading leads to one in the package.
 * @param {string} directory @param {string[]} files
 */
function linkProblems(directory, files) {
  return files
    .filter((file) => file.endsWith(".md") && file !== "CHANGELOG.md")
    .flatMap((file) =>
      linkTargets(readFileSync(join(directory, file), "utf8"))
        .filter((target) => {
          const [path = "", anchor] = target.split("#");
          const linked = path === "" ? file : join(dirname(file), path).replaceAll(sep, "/");
          if (!files.includes(linked)) return true;
          if (anchor === undefined) return false;
          return !anchorsIn(readFileSync(join(directory, linked), "utf8")).includes(anchor);
        })
        .map((target) => `${file} leads to ${target}, which isn't there`),
    );
}

/** What is built in is named with its licence. That there is something a bundler's comments tell.
 * @param {string} directory @param {string[]} files
 */
function noticeProblems(directory, files) {
  const notices = files.includes(NOTICES) ? readFileSync(join(directory, NOTICES), "utf8") : "";
  const builtIn = files
    .filter((file) => /\.[cm]?js$/.test(file))
    .map((file) => readFileSync(join(directory, file), "utf8"))
    .flatMap((source) => [...source.matchAll(/^ *\/\/ .*node_modules\/((?:@[^/]+\/)?[^/@]+)\//gm)])
    .map(([, name]) => name);
  return [...new Set(builtIn)]
    .filter((name) => !notices.includes(`## ${name} `))
    .map((name) => `${name} is built in, and its licence isn't in ${NOTICES}`);
}

/** @param {string} imported such as `node:fs`, `msgpackr/index-no-eval`, `@store/core` */
function packageOf(imported) {
  const parts = imported.replace(/^node:/, "").split("/");
  return parts.slice(0, imported.startsWith("@") ? 2 : 1).join("/");
}

/** @param {any} manifest @param {string} directory @param {string[]} files */
function importProblems({ name, dependencies, peerDependencies }, directory, files) {
  const allowed = SELF_CONTAINED.includes(name)
    ? []
    : [...Object.keys({ ...dependencies, ...peerDependencies }), ...builtinModules];
  return files
    .filter((file) => /\.[cm]?js$/.test(file))
    .flatMap((file) => {
      const source = readFileSync(join(directory, file), "utf8");
      return (
        ts
          .preProcessFile(source, true, true)
          .importedFiles.map(({ fileName }) => fileName)
          // A package that is built in may begin with `define(["exports"], …)`, which imports nothing.
          .filter((imported) => !imported.startsWith(".") && imported !== "exports")
          .filter((imported) => !allowed.includes(packageOf(imported)))
          .map((imported) => `${file} imports ${imported}`)
      );
    });
}

/** @param {string} name @param {string} directory */
function sizeProblems(name, directory) {
  const size = statSync(join(directory, "dist/index.js")).size;
  const limit = SIZE_LIMITS[name];
  const where = "SIZE_LIMITS in scripts/check-packages.mjs";
  if (limit === undefined)
    return [`${name} has no size limit; it has ${bytes(size)}. See ${where}`];
  if (size <= limit) return [];
  return [
    `dist/index.js of ${name} has ${bytes(size)}, ${bytes(size - limit)} over its limit of ${bytes(limit)}: find out ` +
      `what made it grow; if that is wanted, raise the limit (${where})`,
  ];
}

/** @param {number} count */
const bytes = (count) => `${count.toLocaleString("en")} bytes`;

/** The sources aren't published, so that a map is of use only with them in it.
 * @param {string} directory @param {string[]} files
 */
function sourceMapProblems(directory, files) {
  return files
    .filter((file) => /\.[cm]?js$/.test(file))
    .flatMap((file) => {
      if (!files.includes(`${file}.map`)) return [`${file} has no source map`];
      const { sources, sourcesContent = [] } = readJson(join(directory, `${file}.map`));
      return sources
        .filter((/** @type {string} */ _, /** @type {number} */ index) => !sourcesContent[index])
        .map((/** @type {string} */ source) => `${file}.map lacks the content of ${source}`);
    });
}

/** Writes a program in each flavour of module, importing every package; and one with those that others' types go with.
 * @param {string[]} all
 */
function writeConsumer(all) {
  const names = all.filter((name) => !WITH_FOREIGN_TYPES.includes(name));
  const imports = names.map((name, i) => `import * as package${i} from "${name}";\n`).join("");
  const uses = names.map((_, i) => `void package${i};\n`).join("");
  const program = `${imports}${SAMPLE}${uses}`;
  for (const extension of ["ts", "mts", "cts"]) {
    writeFileSync(join(consumer, `consumer.${extension}`), program);
  }
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    target: "ES2022",
    lib: ["ES2022"],
    types: [],
    outDir: "out",
  };
  /** @param {string} file @param {object} options @param {string[]} sources */
  const config = (file, options, sources) =>
    writeFileSync(
      join(consumer, file),
      JSON.stringify({ compilerOptions: { ...compilerOptions, ...options }, files: sources }),
    );
  config("node16.json", { module: "node16" }, ["consumer.mts", "consumer.cts"]);
  config("bundler.json", { module: "esnext", moduleResolution: "bundler" }, ["consumer.ts"]);

  const bridges = WITH_FOREIGN_TYPES.map((name) => `export * from "${name}";\n`).join("");
  for (const extension of ["mts", "cts"]) {
    writeFileSync(join(consumer, `bridges.${extension}`), bridges);
  }
  const foreign = { module: "node16", lib: ["ES2022", "DOM"], skipLibCheck: true };
  config("bridges.json", foreign, ["bridges.mts", "bridges.cts"]);
}

const published = packages().filter(({ manifest }) => !manifest.private);
const names = published.map(({ manifest }) => manifest.name);
const temporary = mkdtempSync(join(tmpdir(), "store-packages-"));
const consumer = join(temporary, "consumer");

try {
  const tarballs = published.map(({ directory, manifest: { name, version } }) => {
    const pack = problemsOf("pnpm", ["pack", "--pack-destination", temporary], directory);
    if (pack.length > 0) report(name, { pack });
    return join(temporary, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`);
  });
  mkdirSync(consumer);
  writeFileSync(join(consumer, "package.json"), '{ "private": true, "type": "module" }');
  const flags = ["--no-audit", "--no-fund", "--no-package-lock"];
  report("tarballs", { "npm install": problemsOf("npm", ["install", ...flags, ...tarballs]) });

  for (const [i, name] of names.entries()) {
    const tarball = tarballs[i] ?? "";
    const installed = join(consumer, "node_modules", name);
    const manifest = readJson(join(installed, "package.json"));
    const files = filesIn(installed);
    report(name, {
      manifest: manifestProblems(manifest),
      [`${files.length} files`]: fileProblems(files),
      imports: importProblems(manifest, installed, files),
      [`${Math.round(statSync(join(installed, "dist/index.js")).size / 1000)} kB`]: sizeProblems(
        name,
        installed,
      ),
      "source maps": sourceMapProblems(installed, files),
      links: linkProblems(installed, files),
      notices: noticeProblems(installed, files),
      publint: problemsOf("publint", ["--strict", tarball]),
      attw: problemsOf("attw", [tarball]),
    });
  }

  writeConsumer(names);
  report("types", {
    node16: problemsOf("tsc", ["-p", "node16.json"]),
    bundler: problemsOf("tsc", ["-p", "bundler.json"]),
    "with foreign types": problemsOf("tsc", ["-p", "bridges.json"]),
  });
  report("consumer runs", {
    "as ESM": problemsOf("node", ["out/consumer.mjs"]),
    "as CJS": problemsOf("node", ["out/consumer.cjs"]),
    "bridges as ESM": problemsOf("node", ["out/bridges.mjs"]),
    "bridges as CJS": problemsOf("node", ["out/bridges.cjs"]),
  });
  report("bundles", await bundleProblems(consumer, join(temporary, "bundles")));
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

process.exitCode = failures > 0 ? 1 : 0;
