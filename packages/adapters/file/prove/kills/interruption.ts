import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a process was about when it was killed. */
export type Interruption = "opening" | "writing" | "compacting" | "closing";

/**
 * What was interrupted, by what the process had said, and by what it left in the data directory. To flush or to compact,
 * a process writes files that no manifest names, or writes a manifest; who only writes has none of these.
 */
export function interruptionOf(lines: readonly string[], dataDir: string): Interruption {
  if (!lines.some((line) => line.startsWith("opened "))) return "opening";
  if (lines.includes("closing")) return "closing";
  const epoch = readdirSync(dataDir).find((name) => name.startsWith("E")) ?? "";
  const files = readdirSync(join(dataDir, epoch));
  const manifest = readFileSync(join(dataDir, epoch, "MANIFEST"), "utf8");
  const [, logs = ""] = /"logs":\[([^\]]*)\]/.exec(manifest) ?? [];
  const isNamed =
    count(files, ".run") === manifest.split('"level":').length - 1 &&
    count(files, ".log") === logs.split(",").length;
  return isNamed && count(files, ".tmp") === 0 ? "writing" : "compacting";
}

function count(files: readonly string[], suffix: string): number {
  return files.filter((name) => name.endsWith(suffix)).length;
}
