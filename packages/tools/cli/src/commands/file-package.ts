import { UsageError } from "../output/failure.js";
import { loadPackage } from "../places/load-package.js";
import type { Place } from "../places/place.js";

export type FilePackage = typeof import("@store/file");

export function filePackage(): Promise<FilePackage> {
  return loadPackage<FilePackage>("@store/file", "a data directory");
}

/** For what only data directories have. */
export function notFiles({ label }: Place, what: string): Error {
  const hint = what === "backup" ? ` \`store copy ${label} DIRECTORY\` copies it into one.` : "";
  return Object.assign(new UsageError(`${what} is for data directories; ${label} is none`), {
    hint: `Its own tools do that.${hint}`,
  });
}
