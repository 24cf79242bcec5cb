import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Context, runInContext } from "node:vm";
import ts from "typescript";
import type * as codec from "../../src/index.js";

const SOURCE = fileURLToPath(new URL("../../src", import.meta.url));

/** The package's source, evaluated in a context: with the built-ins of that realm. */
export function loadInContext(context: Context): typeof codec {
  const loaded = new Map<string, object>();
  return load(join(SOURCE, "index.ts")) as typeof codec;

  function load(file: string): object {
    const known = loaded.get(file);
    if (known !== undefined) return known;
    const exports = {};
    loaded.set(file, exports);
    const { outputText } = ts.transpileModule(readFileSync(file, "utf8"), {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const require = (path: string) => load(join(dirname(file), path.replace(/\.js$/, ".ts")));
    const evaluate = runInContext(`(function (exports, require) {${outputText}\n})`, context, {
      filename: file,
    }) as (exports: object, require: (path: string) => object) => void;
    evaluate(exports, require);
    return exports;
  }
}
