import { TextWriter } from "@store/text-form";
import colors from "picocolors";
import { type Column, columns } from "./columns.js";
import { type Failure, isClosedPipe } from "./failure.js";
import { type Io, write } from "./io.js";
import { type Progress, progressBar } from "./progress.js";

/** How output is wanted. */
export interface OutputOptions {
  /** One JSON value a line, for programs. */
  readonly json: boolean;
  /** undefined: on a terminal, unless the environment says otherwise. */
  readonly color: boolean | undefined;
}

type Colors = ReturnType<typeof colors.createColors>;

/** Written at once. */
const CHUNK_BYTES = 2 ** 16;
/** The event loop turns at least so often: a signal is noticed, a bar moves. */
const TURN_MS = 50;

/** What a command says: results to standard output, all else to standard error. */
export class Output {
  readonly isJson: boolean;
  readonly io: Io;
  readonly #out: Colors;
  readonly #err: Colors;
  readonly #writer = new TextWriter();
  #turned = performance.now();

  constructor(io: Io, { json, color }: OutputOptions) {
    this.io = io;
    this.isJson = json;
    this.#out = colors.createColors(color ?? (!json && isColorful(io.stdout, io)));
    this.#err = colors.createColors(color ?? isColorful(io.stderr, io));
  }

  /** A value in the text form, in a line of its own. It may be kept back until {@link flush}. */
  async value(value: unknown): Promise<void> {
    this.#writer.value(value);
    this.#writer.newline();
    if (this.#writer.length >= CHUNK_BYTES) await this.flush();
    else if (performance.now() - this.#turned > TURN_MS) await this.turn();
  }

  /** Returns when all values are written. */
  async flush(): Promise<void> {
    const { buffer, length } = this.#writer;
    if (length === 0) return;
    const chunk = Buffer.from(buffer.subarray(0, length));
    this.#writer.clear();
    await write(this.io.stdout, chunk);
  }

  /** Lets the event loop turn. */
  async turn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#turned = performance.now();
  }

  /** A result: an object with `--json`, else a text. */
  async result(object: object, text: string): Promise<void> {
    await this.flush();
    await write(this.io.stdout, this.isJson ? `${JSON.stringify(object)}\n` : text);
  }

  /** A list: an object a line with `--json`, else aligned columns. */
  async list(
    objects: readonly object[],
    heads: readonly Column[],
    rows: readonly (readonly (string | number | undefined)[])[],
  ): Promise<void> {
    const lines = () => objects.map((object) => `${JSON.stringify(object)}\n`).join("");
    const table = () => columns(heads, rows, (text) => this.#out.bold(text));
    await write(this.io.stdout, this.isJson ? lines() : table());
  }

  /** Something that a person wants to know, and no program; nothing with `--json`. */
  async note(text: string): Promise<void> {
    if (!this.isJson) await write(this.io.stderr, `${this.#err.dim(text)}\n`);
  }

  progress(what: string, unit: string): Progress {
    return progressBar(this.io, what, unit);
  }

  async failure({ exitCode, code, message, hint }: Failure): Promise<void> {
    const { red, dim } = this.#err;
    const text = this.isJson
      ? JSON.stringify({ error: { exitCode, code, message, hint } })
      : `${red("store:")} ${message}${hint === undefined ? "" : `\n${dim(hint)}`}`;
    try {
      await write(this.io.stderr, `${text}\n`);
    } catch (error) {
      if (!isClosedPipe(error)) throw error;
    }
  }
}

function isColorful(stream: Io["stdout"], { env }: Io): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0";
  return stream.isTTY === true && env.TERM !== "dumb";
}
