import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a process was about when it was killed. */
export type Interruption = "opening" | "writing" | "compacting" | "closing";

/**
 * What was interrupted, by what the process had said, and by what it left in the directory of the table. To compact, a
 * process opens a second segment, has files that no manifest names, or writes a manifest; who only writes has none of
 * these.
 */
export function interruptionOf(lines: readonly string[], tableDirectory: string): Interruption {
  if (!lines.some((line) => line.startsWith("opened "))) return "opening";
  if (lines.includes("closing")) return "closing";
  const epoch = readdirSync(tableDirectory).find((name) => name.startsWith("E")) ?? "";
  const files = readdirSync(join(tableDirectory, epoch));
  const manifest = readFileSync(join(tableDirectory, epoch, "MANIFEST"), "utf8");
  const count = (part: string) => manifest.split(part).length - 1;
  const segments = files.filter((name) => /\.(log|base)$/.test(name)).length;
  const runs = files.filter((name) => name.endsWith(".run")).length;
  const [, logs = ""] = /"logs":\[([^\]]*)\]/.exec(manifest) ?? [];
  if (logs !== "") {
    const isFlushing = runs !== count('"level":') || segments !== logs.split(",").length;
    return isFlushing || files.some((name) => name.endsWith(".tmp")) ? "compacting" : "writing";
  }
  const isCompacting =
    count('"length":null') > 1 ||
    count('"id":') !== segments ||
    files.some((name) => name.endsWith(".tmp"));
  return isCompacting ? "compacting" : "writing";
}
