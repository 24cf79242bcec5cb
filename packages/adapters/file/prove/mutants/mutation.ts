import { join } from "node:path";
import type { Plugin } from "vitest/config";
import { packageDirectory } from "../package-directory.js";
import { mutantNamed } from "./all-mutants.js";
import { mutate } from "./mutant.js";

/** The environment variable that names the mutant. */
const MUTANT = "STORE_MUTANT";

/** Puts the mistake of a mutant into the engine as it is loaded, if the environment names one. The files stay as they are. */
export function mutation(): Plugin[] {
  const id = process.env[MUTANT];
  if (id === undefined) return [];
  const mutant = mutantNamed(id);
  const module = join(packageDirectory(), "src", mutant.file);
  return [
    {
      name: "mutation",
      enforce: "pre",
      transform: (source, path) =>
        path === module ? { code: mutate(source, mutant), map: null } : undefined,
    },
  ];
}
