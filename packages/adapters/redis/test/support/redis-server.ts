import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { createClient } from "redis";

/** Whether tests can start servers. With STORE_REQUIRE_SERVERS=1 they have to. */
export function canStartServers(): boolean {
  const isThere = spawnSync("redis-server", ["--version"]).status === 0;
  if (!isThere && process.env.STORE_REQUIRE_SERVERS === "1") {
    throw new Error("STORE_REQUIRE_SERVERS is 1, and there is no redis-server");
  }
  return isThere;
}

/** A server of a test's own, with a directory of its own, which survives `kill`. */
export class RedisServer {
  readonly port: number;
  readonly directory: string = mkdtempSync(join(tmpdir(), "redis-"));
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, settings: readonly string[]) {
    this.port = port;
    this.#settings = settings;
  }

  /** @param settings as on the command line: `--appendonly`, `yes` */
  static async start(...settings: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), settings);
    await server.restart();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, and waits until it has read what is on the disk. */
  async restart(): Promise<void> {
    const fixed = ["--port", `${this.port}`, "--bind", "127.0.0.1", "--dir", this.directory];
    const child = spawn("redis-server", [...fixed, "--save", "", ...this.#settings], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = child;
    let log = "";
    for await (const chunk of child.stdout) {
      log += chunk;
      if (log.includes("Ready to accept connections")) break;
    }
    if (child.exitCode !== null) throw new Error(`redis-server ended:\n${log}`);
    child.stdout.destroy();
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  /** Stops it from answering, without closing a connection. */
  freeze(): void {
    this.#process?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#process?.kill("SIGCONT");
  }

  /** Sends a command by a client of its own. */
  async command(...args: string[]): Promise<unknown> {
    const client = await createClient({ url: this.url }).connect();
    try {
      return await client.sendCommand(args);
    } finally {
      client.destroy();
    }
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A Sentinel that watches over a master, and makes a replica the next one. */
export class RedisSentinel {
  readonly port: number;
  readonly #directory: string;
  readonly #process: ChildProcess;

  private constructor(port: number, directory: string, child: ChildProcess) {
    this.port = port;
    this.#directory = directory;
    this.#process = child;
  }

  /** Starts one, and waits until it knows a replica. */
  static async start(name: string, master: RedisServer): Promise<RedisSentinel> {
    const port = await freePort();
    const directory = mkdtempSync(join(tmpdir(), "sentinel-"));
    const settings = [
      `port ${port}`,
      `dir ${directory}`,
      `sentinel monitor ${name} 127.0.0.1 ${master.port} 1`,
      `sentinel down-after-milliseconds ${name} 1000`,
      `sentinel failover-timeout ${name} 5000`,
    ];
    const file = join(directory, "sentinel.conf");
    writeFileSync(file, settings.join("\n"));
    const child = spawn("redis-server", [file, "--sentinel"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let log = "";
    for await (const chunk of child.stdout as Readable) {
      log += chunk;
      if (log.includes("+slave slave")) break;
    }
    return new RedisSentinel(port, directory, child);
  }

  async remove(): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** A cluster of three masters and three replicas. */
export class RedisCluster {
  readonly servers: readonly RedisServer[];

  private constructor(servers: readonly RedisServer[]) {
    this.servers = servers;
  }

  static async start(...settings: string[]): Promise<RedisCluster> {
    const fast = ["--cluster-node-timeout", "2000", "--repl-diskless-sync-delay", "0"];
    const each = ["--cluster-enabled", "yes", ...fast, ...settings];
    const servers = await Promise.all(Array.from({ length: 6 }, () => RedisServer.start(...each)));
    const addresses = servers.map(({ port }) => `127.0.0.1:${port}`);
    const options = ["--cluster-replicas", "1", "--cluster-yes"];
    const made = spawnSync("redis-cli", ["--cluster", "create", ...addresses, ...options]);
    if (made.status !== 0) throw new Error(`no cluster: ${made.stdout}${made.stderr}`);
    const cluster = new RedisCluster(servers);
    await cluster.agreed();
    return cluster;
  }

  get rootNodes(): { url: string }[] {
    return this.servers.map(({ url }) => ({ url }));
  }

  /** Waits until each node knows of all slots, and each replica its master. */
  async agreed(): Promise<void> {
    for (const server of this.servers) {
      for (;;) {
        const info = String(await server.command("CLUSTER", "INFO"));
        const link = String(await server.command("INFO", "replication"));
        if (info.includes("cluster_state:ok") && !link.includes("master_link_status:down")) break;
      }
    }
  }

  async remove(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.remove()));
  }
}

async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    server.close();
    await once(server, "close");
    // A node of a cluster also listens 10000 above.
    if (typeof address === "object" && address !== null && address.port < 55_000) {
      return address.port;
    }
  }
}
