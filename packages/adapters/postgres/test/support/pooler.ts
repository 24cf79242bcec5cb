import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { asServer, type Cluster, freePort, ownedByServer } from "./cluster.js";

/** PgBouncer; undefined where it isn't there, and its tests are skipped, with a word. */
export const pgbouncer = findPgbouncer();

/** PgBouncer in front of a cluster: it lends connections by transaction, and knows no prepared statements. */
export class Pooler {
  readonly url: string;
  readonly #directory: string;
  readonly #process: ChildProcess;

  private constructor(directory: string, port: number, process: ChildProcess) {
    this.#directory = directory;
    this.#process = process;
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  }

  /** @param size how many connections it has to the server, for all its clients */
  static async start(cluster: Cluster, size: number): Promise<Pooler> {
    const directory = mkdtempSync(join(tmpdir(), "pgbouncer-"));
    await ownedByServer(directory);
    const port = await freePort();
    const file = join(directory, "pgbouncer.ini");
    writeFileSync(
      file,
      [
        "[databases]",
        `postgres = host=127.0.0.1 port=${cluster.port} user=postgres`,
        "[pgbouncer]",
        "listen_addr = 127.0.0.1",
        `listen_port = ${port}`,
        "unix_socket_dir =",
        "auth_type = any",
        "pool_mode = transaction",
        `default_pool_size = ${size}`,
        "max_client_conn = 500",
      ].join("\n"),
    );
    const [program, args] = asServer(String(pgbouncer), ["-q", file]);
    const child = spawn(program, args, { stdio: "ignore" });
    const pooler = new Pooler(directory, port, child);
    while (!(await answers(port))) {
      if (child.exitCode !== null) throw new Error(`pgbouncer ended with ${child.exitCode}`);
      await setTimeout(20);
    }
    return pooler;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGKILL");
    await ended;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function findPgbouncer(): string | undefined {
  const directories = ["/usr/sbin", ...String(process.env.PATH).split(":")];
  const found = directories.map((directory) => join(directory, "pgbouncer")).find(existsSync);
  if (found === undefined) {
    if (process.env.STORE_REQUIRE_SERVERS === "1") throw new Error("there is no pgbouncer");
    console.warn("No PgBouncer: the tests behind a pooler are skipped.");
  }
  return found;
}
