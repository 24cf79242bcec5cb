import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, resolve, sep } from "node:path";
import type { Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/** The file, in the directory of the output, that holds the licences of what is built in. */
export const NOTICES = "THIRD-PARTY-NOTICES.md";

/**
 * Builds packages from npm into a package of this workspace: those that it imports and doesn't list under
 * `dependencies`. Whoever installs it installs nothing else, and gets their licences in {@link NOTICES}.
 *
 * @param replaced modules that change the process when they are loaded: who asks for one gets the file of its name in
 * `replacements` instead
 */
export function builtIn(replaced: readonly string[]): Plugin {
  return {
    name: "built-in",
    setup(build) {
      build.initialOptions.alias = Object.fromEntries(
        replaced.map((name) => [name, resolve("replacements", `${name}.cjs`)]),
      );
      build.initialOptions.metafile = true;

      // In an ES module there is no `require`: what a package requires of Node has to be imported.
      build.onResolve({ filter: /./ }, ({ path, kind }) =>
        kind === "require-call" && builtinModules.includes(path)
          ? { path, namespace: "required" }
          : undefined,
      );
      build.onLoad({ filter: /./, namespace: "required" }, ({ path }) => ({
        contents: `export * from "node:${path}";`,
      }));

      build.onEnd(({ metafile }) => {
        const { outdir } = build.initialOptions;
        if (metafile === undefined || outdir === undefined) return;
        const directories = packageDirectories(Object.keys(metafile.inputs));
        mkdirSync(outdir, { recursive: true });
        writeFileSync(join(outdir, NOTICES), notices(directories));
      });
    },
  };
}

/** The packages from npm that some files are of: their directories, by name. */
function packageDirectories(files: readonly string[]): string[] {
  const directories = files.flatMap((file) => {
    const match = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replaceAll(sep, "/"));
    return match === null ? [] : [match[0]];
  });
  return [...new Set(directories)].sort();
}

function notices(directories: readonly string[]): string {
  const parts = directories.map((directory) => {
    const { name, version } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
    const licence = readdirSync(directory).find((file) => /^licen[cs]e/i.test(file));
    if (licence === undefined) throw new Error(`${name} comes without a licence`);
    return `## ${name} ${version}\n\n${readFileSync(join(directory, licence), "utf8").trim()}\n`;
  });
  return ["# Licences of what is built into this package\n", ...parts].join("\n");
}
