import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The workspace. */
export const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

/** The documents, as paths from {@link ROOT}. Changelogs tell of what was: their samples may be wrong by now. */
export function documents(): string[] {
  return [
    ...markdownIn(""),
    ...markdownIn("docs/"),
    ...markdownIn("docs/decisions/"),
    ...foldersIn("packages/").flatMap(packagesIn).flatMap(markdownIn),
    ...foldersIn("examples/").flatMap(markdownIn),
  ];
}

/** A folder of packages is none itself. */
function packagesIn(folder: string): string[] {
  return existsSync(join(ROOT, folder, "package.json")) ? [folder] : foldersIn(folder);
}

function markdownIn(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".md") && name !== "CHANGELOG.md")
    .sort()
    .map((name) => `${folder}${name}`);
}

function foldersIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${folder}${name}/`)
    .sort();
}
