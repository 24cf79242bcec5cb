import { defineConfig, type Options } from "tsup";

const base = {
  clean: true,
  removeNodeProtocol: false,
  silent: true,
  target: "node20",
  treeshake: true,
} as const;

/** A published package: `src/index.ts` as ESM and CJS, each with its own types. */
export const library: Options = {
  ...base,
  entry: ["src/index.ts"],
  format: ["esm", "cjs"],
  dts: true,
  // With the sources in them, which are not published: they show where something failed without the repository.
  sourcemap: true,
};

/** A program that only this workspace runs: `src/main.ts` as ESM. */
export const program = defineConfig({
  ...base,
  entry: ["src/main.ts"],
  format: ["esm"],
});

/** The campaigns of a package: `prove/main.ts` as ESM, with the package's own source in it. */
export const campaigns = defineConfig({
  ...base,
  entry: ["prove/main.ts"],
  outDir: "prove/dist",
  format: ["esm"],
  sourcemap: true,
  skipNodeModulesBundle: true,
  noExternal: ["@store/collections"],
});
