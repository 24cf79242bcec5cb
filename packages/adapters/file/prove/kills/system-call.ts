import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * Those that change files, or wait for the disk, as Node makes them; `write` is how the program says that a step has
 * returned. Between any other two nothing of that kind happens.
 */
const CALLS: readonly string[] = [
  ...["openat", "pwrite64", "fdatasync", "fsync", "rename", "link", "unlink", "mkdir", "rmdir"],
  ...["utimensat", "write"],
];

/** The `number`th system call of a name that a thread makes, from 1. */
export interface SystemCall {
  readonly name: string;
  readonly number: number;
}

let canTrace: boolean | undefined;

/** Whether strace is here, and may trace. */
export function isTraceable(): boolean {
  canTrace ??= spawnSync("strace", [...strace("/dev/null", "none"), "true"]).status === 0;
  return canTrace;
}

/** The command that writes down, in a file, which system calls a program makes. */
export function recorder(file: string): readonly string[] {
  return ["strace", ...strace(file, CALLS.join(","))];
}

/** The command that kills a program when it is about to make a system call. */
export function killer({ name, number }: SystemCall): readonly string[] {
  const injection = `inject=${name}:signal=SIGKILL:when=${number}`;
  return ["strace", ...strace("/dev/null", name), "-e", injection];
}

/** What a {@link recorder} has written down: all calls from the one on that wrote `mark`. */
export function recordedCalls(file: string, mark: string): readonly SystemCall[] {
  const before = new Map<string, number>();
  const counts = new Map<string, Map<string, number>>();
  let isMarked = false;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const [, thread = "", name = ""] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (name === "") continue;
    isMarked ||= line.includes(`"${mark}`);
    const ofThread = counts.get(thread) ?? new Map<string, number>();
    counts.set(thread, ofThread);
    const count = (ofThread.get(name) ?? 0) + 1;
    ofThread.set(name, count);
    // The first thread that comes so far is killed.
    if (!isMarked) before.set(name, Math.max(before.get(name) ?? 0, count));
  }
  return CALLS.flatMap((name) => {
    const first = (before.get(name) ?? 0) + 1;
    const last = Math.max(0, ...[...counts.values()].map((ofThread) => ofThread.get(name) ?? 0));
    const length = Math.max(0, last - first + 1);
    return Array.from({ length }, (_, index) => ({ name, number: first + index }));
  });
}

function strace(file: string, calls: string): readonly string[] {
  // One thread in libuv's pool: calls are counted by thread. Without --seccomp-bpf: with it the signal gets lost.
  const one = ["-E", "UV_THREADPOOL_SIZE=1"];
  return ["-f", "-qq", ...one, "-o", file, "-e", `trace=${calls}`];
}
