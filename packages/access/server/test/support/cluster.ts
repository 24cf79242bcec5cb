import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../programs/cluster-member.mjs", import.meta.url));

/** What a member tells. */
export interface Told {
  readonly kind: "ready" | "batch" | "single" | "bag" | "lost";
  readonly n: number;
  readonly value?: unknown;
  readonly code?: string;
}

/** A process of the cluster, and what it has told. */
export class MemberProcess {
  readonly name: string;
  readonly told: Told[] = [];
  readonly child: ChildProcess;
  /** When it told last that a write is done. */
  lastAck = 0;

  constructor(dataDir: string, name: string) {
    this.name = name;
    this.child = fork(PROGRAM, [dataDir, name], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.child.on("message", (told: Told) => {
      this.told.push(told);
      if (told.code === undefined) this.lastAck = performance.now();
    });
  }

  async ready(): Promise<void> {
    while (this.told.length === 0) {
      if (this.child.exitCode !== null) throw new Error(`${this.name} ended`);
      await delay(2);
    }
  }

  /** At once, and without a word. */
  async kill(): Promise<void> {
    const ended = once(this.child, "close");
    this.child.kill("SIGKILL");
    await ended;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, "close");
    this.child.send("stop");
    const [code] = await ended;
    if (code !== 0) throw new Error(`${this.name} ended with ${code}`);
  }
}

/** Who owns a data directory, by the file engine's own word; undefined while that changes. */
export function ownerPid(dataDir: string): number | undefined {
  try {
    const epochs = readdirSync(dataDir).filter((name) => /^E\d+$/.test(name));
    const newest = epochs.sort().at(-1) ?? "";
    const { pid }: { pid: number } = JSON.parse(
      readFileSync(join(dataDir, newest, "OWNER"), "utf8"),
    );
    return pid;
  } catch {
    return undefined;
  }
}
