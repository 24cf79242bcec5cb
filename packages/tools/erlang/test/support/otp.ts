import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { decodeTerm, encodeTerm } from "../../src/index.js";

const SERVER = fileURLToPath(new URL("../otp/server.escript", import.meta.url));

/** Whether there is an OTP. CI has one: there, a test that is skipped for want of it is an error. */
export const hasOtp = findOtp();

function findOtp(): boolean {
  try {
    execFileSync("escript", [], { stdio: "ignore" });
  } catch (error) {
    // Without an argument it only says how it is used, and fails; that it wasn't found is another failure.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return true;
    if (process.env.STORE_REQUIRE_SERVERS === "1")
      throw new Error("There is no escript: install erlang-base");
    console.warn("Skipped what needs Erlang/OTP: there is no escript.");
    return false;
  }
  return true;
}

export const atom = (name: string): unknown => ({ $atom: name });
export const tuple = (...elements: unknown[]): unknown => ({ $tuple: elements });
type Answer = (value: unknown) => void;

/** One process of the real OTP for all tests of a file. */
export class Otp {
  readonly #process: ChildProcess;
  readonly #channel: Duplex;
  readonly #waiting: Answer[] = [];
  #received = Buffer.alloc(0);

  constructor() {
    this.#process = spawn("escript", [SERVER], { stdio: ["ignore", "ignore", "inherit", "pipe"] });
    this.#channel = this.#process.stdio[3] as Duplex;
    this.#channel.on("data", (bytes: Buffer) => this.#receive(bytes));
    this.#process.on("exit", () => {
      for (const answer of this.#waiting.splice(0))
        answer({ $tuple: [atom("error"), "the process ended"] });
    });
  }

  /** What OTP answers. */
  async ask(request: unknown): Promise<unknown> {
    const term = encodeTerm(request);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(term.length);
    this.#channel.write(Buffer.concat([size, term]));
    const answer = await new Promise<unknown>((resolve) => this.#waiting.push(resolve));
    const [kind, content] = (answer as { $tuple: [{ $atom: string }, unknown] }).$tuple;
    if (kind.$atom !== "ok") throw new Error(`OTP failed: ${String(content)}`);
    return content;
  }

  /** What Erlang's expressions come to, as a value. */
  async evaluate(expressions: string): Promise<unknown> {
    return decodeTerm(await this.termOf(expressions));
  }

  /** How Erlang shows the term of these bytes. */
  async text(term: Uint8Array): Promise<string> {
    return String(await this.ask(tuple(atom("text"), term)));
  }

  /** The bytes that OTP writes for what the expressions come to. */
  async termOf(expressions: string): Promise<Uint8Array> {
    return bytesOf(await this.ask(tuple(atom("evaluate"), expressions)));
  }

  async close(): Promise<void> {
    this.#channel.end();
    if (this.#process.exitCode === null)
      await new Promise((resolve) => this.#process.once("exit", resolve));
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    while (this.#received.length >= 4) {
      const end = 4 + this.#received.readUInt32BE(0);
      if (this.#received.length < end) return;
      const answer = decodeTerm(this.#received.subarray(4, end));
      this.#received = this.#received.subarray(end);
      this.#waiting.shift()?.(answer);
    }
  }
}

/** A binary that may have been text. */
export function bytesOf(value: unknown): Uint8Array {
  return typeof value === "string" ? Buffer.from(value) : (value as Uint8Array);
}
