import { execFile, execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { erlangDirectory } from "../paths.js";
import type { Records, Value } from "../records.js";

/** A table of Erlang's, measured by a program of its own. */
export interface ErlangSetup {
  readonly title: string;
  readonly acknowledged: "in memory" | "buffered";
  /** What the program calls it. */
  readonly table: "ets" | "ets_tuned" | "ets_ordered" | "ets_ordered_tuned" | "dets";
}

/** What the program calls what it does. */
export type ErlangWorkload =
  | "insert"
  | "random insert"
  | "batches"
  | "lookup"
  | "count"
  | "walk"
  | "fold";

export const ets: ErlangSetup = { title: "ETS set", acknowledged: "in memory", table: "ets" };
export const etsTuned: ErlangSetup = {
  title: "ETS set, read and write concurrency",
  acknowledged: "in memory",
  table: "ets_tuned",
};
export const etsOrdered: ErlangSetup = {
  title: "ETS ordered_set",
  acknowledged: "in memory",
  table: "ets_ordered",
};
export const etsOrderedTuned: ErlangSetup = {
  title: "ETS ordered_set, read and write concurrency",
  acknowledged: "in memory",
  table: "ets_ordered_tuned",
};
export const dets: ErlangSetup = { title: "DETS set", acknowledged: "buffered", table: "dets" };

/** The release that is installed; undefined without one. */
export function erlangRelease(): string | undefined {
  const print = "io:put_chars(erlang:system_info(otp_release)), halt().";
  try {
    return execFileSync("erl", ["-noshell", "-eval", print], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return undefined;
  }
}

/** Nanoseconds per call. */
export async function measureErlang(
  { table }: ErlangSetup,
  benchmark: ErlangWorkload,
  { keys, values, shuffled }: Records,
  directory: string,
): Promise<number> {
  const lines = keys.map((key, index) => `${key}\t${fieldsOf(values[index] as Value)}\n`);
  writeFileSync(join(directory, "records.txt"), lines.join(""));
  writeFileSync(join(directory, "shuffled.txt"), `${shuffled.join("\n")}\n`);
  const program = join(erlangDirectory, "bench.escript");
  const { stdout } = await promisify(execFile)("escript", [program, table, benchmark, directory]);
  return Number(stdout);
}

/** The program makes a map of four fields, a binary of one. */
function fieldsOf(value: Value): string {
  if (typeof value === "string") return value;
  return [value.status, value.attempts, value.at, value.note].join("\t");
}
