// @ts-check
/**
 * Bundles a small program over the installed packages into one file, as bundlers do it, and runs that file where nothing
 * else is.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { build } from "esbuild";
import webpack from "webpack";
import { run } from "./workspace.mjs";

/** Fetched when it is asked for: it is large, and its package has an install script. */
const BUN = "bun@1.4.5";

const PROGRAM = `
import { createStore } from "@store/core";
import { fileAdapter } from "@store/file";
import { memoryAdapter } from "@store/memory";

for (const expected of [1, 2]) {
  const store = createStore({ adapter: memoryAdapter });
  store.configureDomain("files", { adapter: fileAdapter, options: { dataDir: "data" } });
  for (const domain of ["memory", "files"]) {
    const table = store.ensureTable(domain, "t", { type: "ordered_set" });
    const count = table.updateCounter(["runs", 1n], 1, [null, 0]);
    if (count !== (domain === "files" ? expected : 1)) throw new Error(domain + ": " + count);
    table.insert(["values", new Map([[new Date(0), Uint8Array.of(1, 2)]])]);
  }
  store.close();
}
`;

/**
 * The ways to bundle. Each makes one file of the entry, and throws what the bundler complains of.
 * @type {Record<string, { file: string, bundle(entry: string, file: string): unknown }>}
 */
const BUNDLERS = {
  "esbuild, ESM": { file: "esbuild.mjs", bundle: byEsbuild("esm") },
  "esbuild, CJS": { file: "esbuild.cjs", bundle: byEsbuild("cjs") },
  "webpack, ESM": { file: "webpack.mjs", bundle: byWebpack(true) },
  "webpack, CJS": { file: "webpack.cjs", bundle: byWebpack(false) },
  "bun build": { file: "bun.mjs", bundle: byBun },
};

/**
 * @param {string} directory where the packages are installed
 * @param {string} elsewhere an empty directory, from which they can't be seen
 * @returns {Promise<Record<string, string[]>>} the problems by bundler
 */
export async function bundleProblems(directory, elsewhere) {
  const entry = join(directory, "bundled.mjs");
  writeFileSync(entry, PROGRAM);
  /** @type {Record<string, string[]>} */
  const problems = {};
  for (const [name, { file, bundle }] of Object.entries(BUNDLERS)) {
    const cwd = join(elsewhere, file.replace(".", "-"));
    mkdirSync(cwd, { recursive: true });
    try {
      await bundle(entry, join(cwd, file));
      const status = run("node", [file], { cwd, quiet: true });
      problems[name] = status === 0 ? [] : [`the bundle of ${name} ends with ${status}, see above`];
    } catch (error) {
      problems[name] = [`${name}: ${error instanceof Error ? error.message : error}`];
    }
  }
  return problems;
}

/** @param {"esm" | "cjs"} format @returns {(entry: string, file: string) => Promise<void>} */
function byEsbuild(format) {
  return async (entry, file) => {
    const { warnings } = await build({
      entryPoints: [entry],
      outfile: file,
      bundle: true,
      minify: true,
      format,
      platform: "node",
      target: "node20",
      logLevel: "silent",
    });
    if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join("; "));
  };
}

/** @param {boolean} isModule @returns {(entry: string, file: string) => Promise<void>} */
function byWebpack(isModule) {
  return (entry, file) =>
    new Promise((resolve, reject) => {
      const output = { path: dirname(file), filename: basename(file) };
      const compiler = webpack({
        entry,
        context: dirname(entry),
        mode: "production",
        target: "node20",
        ...(isModule
          ? { output: { ...output, module: true }, experiments: { outputModule: true } }
          : { output }),
      });
      compiler.run((failure, stats) => {
        if (failure) return reject(failure);
        const { errors = [], warnings = [] } =
          stats?.toJson({ all: false, errors: true, warnings: true }) ?? {};
        const [problem] = [...errors, ...warnings];
        compiler.close(() => (problem ? reject(new Error(problem.message)) : resolve()));
      });
    });
}

/** @param {string} entry @param {string} file */
function byBun(entry, file) {
  const args = ["build", entry, "--target=node", "--minify", `--outfile=${file}`];
  const status = run("npx", ["--yes", BUN, ...args], { quiet: true });
  if (status !== 0) throw new Error(`exit code ${status}, see above`);
}
