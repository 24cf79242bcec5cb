import { execFile } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Where Debian has the programs of each version, besides the search path. */
const DEBIAN = "/usr/lib/postgresql";

/** The directory of the server's programs; undefined where there are none, and their tests are skipped, with a word. */
export const binaries = findBinaries();

/** A server of the test's own, to be stopped and started again. */
export class Cluster {
  readonly url: string;
  readonly port: number;
  readonly #directory: string;

  private constructor(directory: string, port: number) {
    this.#directory = directory;
    this.port = port;
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  }

  /** A new one, empty, started, on a free port. */
  static async create(): Promise<Cluster> {
    const directory = newDirectory();
    await ownedByServer(directory);
    const cluster = new Cluster(directory, await freePort());
    await cluster.#program("initdb", ["-D", cluster.#data, "-A", "trust", "-U", "postgres", "-N"]);
    await cluster.start();
    return cluster;
  }

  /** A replica of it, started: it replays what it receives, and takes reads only. */
  async replicate(): Promise<Cluster> {
    const directory = newDirectory();
    await ownedByServer(directory);
    const replica = new Cluster(directory, await freePort());
    const from = ["-d", this.url, "-D", replica.#data, "-R", "-X", "stream", "-c", "fast"];
    await replica.#program("pg_basebackup", from);
    await replica.start();
    return replica;
  }

  /** Starts it, and returns when it takes connections. */
  async start(): Promise<void> {
    const options = `-p ${this.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${this.#directory} -c shared_buffers=32MB`;
    const log = join(this.#directory, "log");
    await this.#program("pg_ctl", ["-D", this.#data, "-l", log, "-o", options, "-w", "start"]);
  }

  /** Stops it: `immediate` as a crash would, `fast` after all transactions were rolled back. */
  async stop(mode: "immediate" | "fast"): Promise<void> {
    await this.#program("pg_ctl", ["-D", this.#data, "-m", mode, "-w", "stop"]);
  }

  async remove(): Promise<void> {
    await this.stop("immediate").catch(() => {});
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.#directory, "data");
  }

  async #program(name: string, args: string[]): Promise<void> {
    const [program, programArgs] = asServer(join(String(binaries), name), args);
    await run(program, programArgs, { cwd: this.#directory });
  }
}

/** A program and its arguments, to run as a user whom the server accepts: it refuses to run as root. */
export function asServer(program: string, args: readonly string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [program, [...args]];
  return ["setpriv", ["--reuid=postgres", "--clear-groups", program, ...args]];
}

function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), "postgres-"));
}

/** Gives a directory to that user, who uses nothing but it. */
export async function ownedByServer(directory: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { stdout } = await run("id", ["-u", "postgres"]);
  chownSync(directory, Number(stdout), -1);
}

function findBinaries(): string | undefined {
  const versions = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a))
    : [];
  const directories = [
    ...versions.map((version) => join(DEBIAN, version, "bin")),
    ...String(process.env.PATH).split(":"),
  ];
  const found = directories.find((directory) => existsSync(join(directory, "initdb")));
  if (found === undefined) {
    if (process.env.STORE_REQUIRE_SERVERS === "1") throw new Error("there is no initdb");
    console.warn("No programs of PostgreSQL: the tests that stop a server are skipped.");
  }
  return found;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
