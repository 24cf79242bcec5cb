import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Where a package may be: in earlier commits the adapters lie beside core. */
const GROUPS = ["adapters", "access", "."];

/** The address of a package of ours, of this workspace or of that of another commit. */
export function urlOf(workspace: string, name: string): string {
  const places = GROUPS.map((group) => join(workspace, "packages", group, name));
  const directory = places.find((place) => existsSync(place)) ?? name;
  return pathToFileURL(join(directory, "dist", "index.js")).href;
}

export function load<T>(workspace: string, name: string): Promise<T> {
  return import(urlOf(workspace, name));
}
