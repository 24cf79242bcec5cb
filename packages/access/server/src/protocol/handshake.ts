import type { FrameWriter } from "./frame-writer.js";
import { Kind, MAGIC, VERSION } from "./kinds.js";
import { Malformed } from "./malformed.js";
import type { PayloadReader } from "./payload-reader.js";

/** Bytes of what tells sessions, and their lives, apart. */
export const ID_BYTES = 16;

/** What a client says first. */
export interface Hello {
  readonly version: number;
  /** Of the client: the same for all its connections, one after another. */
  readonly session: Uint8Array;
  /** What lets it in, where the server asks for that. */
  readonly token: string | undefined;
}

/** What a server answers to it. */
export interface Welcome {
  /**
   * Of what the server knows of the client: the same as last time if it can say what became of the client's requests, and
   * has its tables open; another one if it was started anew, or has forgotten the client.
   */
  readonly life: Uint8Array;
  /** The longest frame that the server lets in. */
  readonly maxFrameBytes: number;
  /** How many requests may be under way at once. */
  readonly maxUnderWay: number;
}

export function writeHello(output: FrameWriter, { session, token }: Omit<Hello, "version">): void {
  output.begin(Kind.HELLO, 0);
  output.uint32(MAGIC);
  output.byte(VERSION);
  output.bytes(session);
  output.optionalKey(token);
  output.end();
}

/** Of another version only that is read: what follows may be something else. */
export function readHello(input: PayloadReader): Hello | { readonly version: number } {
  if (input.uint32() !== MAGIC) throw new Malformed("it doesn't speak the protocol");
  const version = input.byte();
  if (version !== VERSION) return { version };
  const session = input.bytes(ID_BYTES);
  const token = input.optionalKey();
  if (token !== undefined && typeof token !== "string") throw new Malformed("a token is a string");
  input.finish();
  return { version, session, token };
}

export function writeWelcome(output: FrameWriter, welcome: Welcome): void {
  output.begin(Kind.WELCOME, 0);
  output.bytes(welcome.life);
  output.uint32(welcome.maxFrameBytes);
  output.uint32(welcome.maxUnderWay);
  output.end();
}

export function readWelcome(input: PayloadReader): Welcome {
  const welcome = {
    life: input.bytes(ID_BYTES),
    maxFrameBytes: input.uint32(),
    maxUnderWay: Math.max(1, input.uint32()),
  };
  input.finish();
  return welcome;
}
