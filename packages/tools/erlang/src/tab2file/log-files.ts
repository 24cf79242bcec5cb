import { existsSync } from "node:fs";
import { FileBytes, withFile } from "../source/file-bytes.js";
import type { WalkReport } from "../source/report.js";
import type { StoredObject } from "../source/table-source.js";
import { isLog, logItems } from "./log-reader.js";

/** A log in one file that only grows, or in several of which the oldest is written over: then the files, oldest first. */
export interface LogFiles {
  readonly kind: "halt" | "wrap";
  readonly paths: readonly string[];
}

const MAX_FILES = 65_000;

/** The files of the log of this name, or undefined if there is none. */
export function findLog(path: string): LogFiles | undefined {
  if (existsSync(`${path}.idx`)) return { kind: "wrap", paths: wrapPaths(path) };
  if (!existsSync(path)) return undefined;
  return withFile(path, isLog) ? { kind: "halt", paths: [path] } : undefined;
}

export function* itemsOf(log: LogFiles, report: WalkReport): Iterable<StoredObject> {
  for (const path of log.paths) {
    const file = new FileBytes(path);
    try {
      if (isLog(file)) yield* logItems(file, report);
      else report.damaged(path, 0, "it doesn't begin as a log does");
    } finally {
      file.close();
    }
  }
}

/** The file behind the current one is the oldest, once all have been written. */
function wrapPaths(path: string): string[] {
  const { current, count } = readIndex(`${path}.idx`);
  const numbers = Array.from({ length: count }, (_, index) => ((current + index) % count) + 1);
  return numbers.map((number) => `${path}.${number}`).filter((file) => existsSync(file));
}

/** Three formats: sizes of 8 bytes behind a version; of 4 bytes; of 4 bytes behind a current number of one byte. */
function readIndex(path: string): { readonly current: number; readonly count: number } {
  return withFile(path, (file) => {
    const head = file.read(0, Math.min(10, file.size));
    const [current, behind, sizeBytes] =
      head.length === 10 && head.readUInt32BE(1) === 0 && head[0] === 0
        ? [head.readUInt32BE(6), 10, 8]
        : head.length >= 5 && head[0] === 0
          ? [head.readUInt32BE(1), 5, 4]
          : [head[0] ?? 0, 1, 4];
    const count = Math.max(Math.floor((file.size - behind) / sizeBytes), current);
    // An index that can't be read says nothing: as Erlang does, it is taken for that of the first file.
    return current < 1 || current > MAX_FILES || count > MAX_FILES
      ? { current: 1, count: 1 }
      : { current, count };
  });
}
