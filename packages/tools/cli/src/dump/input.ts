import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { NotThereError } from "../output/failure.js";
import { write } from "../output/io.js";

/** What is read at once. */
const CHUNK_BYTES = 2 ** 18;

/** Something that is read twice: once to check it, once to use it. */
export interface Input {
  /** How it is called in messages. */
  readonly label: string;
  /** How many bytes it has; undefined if that isn't known before it is read. */
  readonly bytes: number | undefined;
  first(): AsyncIterable<Buffer>;
  /** After the first was read to its end. */
  again(): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** A file, which is read twice; of a pipe what is read is kept in a temporary file. */
export async function openInput(file: string | undefined, stdin: Readable): Promise<Input> {
  if (file === undefined) return spooled("standard input", stdin);
  const status = await stat(file).catch((error) => {
    throw error.code === "ENOENT" ? new NotThereError(`there is no file ${file}`) : error;
  });
  if (!status.isFile()) return spooled(file, createReadStream(file));
  const read = () => createReadStream(file, { highWaterMark: CHUNK_BYTES });
  return { label: file, bytes: status.size, first: read, again: read, close: async () => {} };
}

async function spooled(label: string, stream: Readable): Promise<Input> {
  // Nobody else may read what is in it.
  const directory = await mkdtemp(join(tmpdir(), "store-load-"));
  const path = join(directory, "dump");
  return {
    label,
    bytes: undefined,
    async *first() {
      const copy = createWriteStream(path, { mode: 0o600 });
      try {
        for await (const chunk of stream as AsyncIterable<Buffer>) {
          await write(copy, chunk);
          yield chunk;
        }
      } finally {
        await new Promise((resolve) => copy.end(resolve));
      }
    },
    again: () => createReadStream(path, { highWaterMark: CHUNK_BYTES }),
    close: () => rm(directory, { recursive: true, force: true }),
  };
}
