import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { partOf } from "../../../../../tooling/long.js";
import { writeOperation } from "../../src/protocol/batch-operations.js";
import { FrameWriter } from "../../src/protocol/frame-writer.js";
import { ID_BYTES, writeWelcome } from "../../src/protocol/handshake.js";
import { Kind } from "../../src/protocol/kinds.js";
import { writePattern } from "../../src/protocol/patterns.js";
import { writeRange } from "../../src/protocol/ranges.js";
import { writeType } from "../../src/protocol/table-types.js";
import { ownDirectory } from "../support/places.js";
import { newSeed, randomOf } from "../support/random.js";
import { frame, hello, RawClient, until } from "../support/raw-client.js";
import { connect, serve } from "../support/stores.js";

const CASES = partOf(250, 20_000);
const WHOLE = { lower: undefined, upper: undefined, reverse: false, limit: 10 };

/** Requests as a client sends them, of every kind. */
function samples(): Uint8Array[] {
  let id = 0;
  const made = (kind: number, write?: (output: FrameWriter) => void) => frame(kind, ++id, write);
  const onTable = (kind: number, write: (output: FrameWriter) => void = () => {}) =>
    made(kind, (output) => {
      output.uint32(1);
      write(output);
    });
  return [
    made(Kind.OPEN, (output) => {
      output.uint32(1);
      output.key("d");
      output.key("fuzzed");
      writeType(output, "ordered_set");
      output.boolean(false);
    }),
    made(Kind.TABLES, (output) => output.key("d")),
    made(Kind.PING),
    made(Kind.DOMAINS),
    ...[Kind.LOOKUP, Kind.MEMBER, Kind.NEXT, Kind.PREV_LOOKUP, Kind.TAKE, Kind.DELETE].map((kind) =>
      onTable(kind, (output) => output.key(["k", 1])),
    ),
    ...[Kind.SIZE, Kind.FIRST, Kind.SYNC, Kind.USAGE, Kind.DELETE_ALL].map((kind) => onTable(kind)),
    ...[Kind.SCAN, Kind.SCAN_KEYS, Kind.COUNT, Kind.DELETE_RANGE].map((kind) =>
      onTable(kind, (output) => writeRange(output, WHOLE)),
    ),
    onTable(Kind.SNAPSHOT, (output) => output.uint32(7)),
    made(Kind.SCAN_SNAPSHOT, (output) => {
      output.uint32(7);
      output.float(1);
    }),
    onTable(Kind.INSERT, (output) => {
      output.record([["k", 1], { a: [1, "x"] }, new Map([[1, 2n]])]);
      output.moment(undefined);
    }),
    onTable(Kind.INSERT_MANY, (output) => {
      output.records([["a"], ["b", 1]]);
      output.moments([undefined, 9e12]);
    }),
    onTable(Kind.COUNTER, (output) => {
      output.key("n");
      output.uint32(2);
      output.key(1);
      output.boolean(false);
      output.optionalRecord(["n", 1]);
      output.moment(undefined);
    }),
    onTable(Kind.MATCH_DELETE, (output) => writePattern(output, ["k", "x"])),
    made(Kind.BATCH, (output) => {
      output.uint32(2);
      const unasked = { table: 1, asks: false, revision: undefined };
      writeOperation(output, {
        ...unasked,
        kind: "insert",
        records: [["a"]],
        expiresAt: undefined,
      });
      writeOperation(output, {
        ...unasked,
        kind: "append",
        prefix: ["r"],
        elements: [1],
        expiresAt: undefined,
      });
    }),
    frame(Kind.RELEASE, 0, (output) => output.uint32(7)),
    frame(Kind.MORE, 3),
    frame(Kind.CANCEL, 3),
    frame(Kind.SETTLED, 2),
  ];
}

test("whatever bytes arrive, the server closes that connection at most, and goes on with the others", {
  timeout: 60_000 * partOf(1, 60),
}, async () => {
  const seed = newSeed();
  const random = randomOf(seed);
  const { path, store, server } = await serve({ maxFrameBytes: 2 ** 16, handshakeTimeout: 200 });
  const good = await connect({ path }).ensureTable<[id: string, n: number]>("d", "good");
  await good.insert(["k", 1]);
  let refused = 0;
  for (let number = 0; number < CASES; number++) {
    const client = new RawClient(path);
    const bytes = mangled([hello(), ...samples()], random);
    client.send(bytes);
    client.socket.end();
    await until(() => client.isClosed);
    if (client.refusal !== undefined) refused++;
    if (number % 20 > 0) continue;
    expect(await good.lookup("k"), `seed ${seed}, case ${number}`).toEqual([["k", 1]]);
  }
  console.log(`${CASES} connections, ${refused} refused, seed ${seed}`);
  expect(refused, `seed ${seed}`).toBeGreaterThan(CASES / 10);
  await until(() => server.connections === 1);
  expect(await store.tables("d")).toContainEqual({ name: "good", type: "set" });
});

/** Valid frames with some bytes changed, left out, repeated or added; sometimes only noise. */
function mangled(frames: readonly Uint8Array[], random: () => number): Uint8Array {
  if (random() < 0.1) return randomBytes(Math.floor(random() * 500));
  const parts: Uint8Array[] = frames.map((each) => each.slice());
  // The greeting is mostly left alone, so that the rest is looked at.
  const from = random() < 0.9 ? 1 : 0;
  for (let count = 1 + Math.floor(random() * 3); count > 0; count--) {
    const index = from + Math.floor(random() * (parts.length - from));
    const part = parts[index] as Uint8Array;
    const at = Math.floor(random() * part.length);
    switch (Math.floor(random() * 4)) {
      case 0:
        part[at] = Math.floor(random() * 256);
        break;
      case 1:
        parts[index] = part.subarray(0, at);
        break;
      case 2:
        parts.splice(index, 0, part);
        break;
      default:
        parts[index] = Buffer.concat([part.subarray(0, at), randomBytes(3), part.subarray(at)]);
    }
  }
  return Buffer.concat(parts);
}

test("a client whose server sends noise fails its calls, and throws nothing elsewhere", async () => {
  const seed = newSeed();
  const random = randomOf(seed);
  const path = join(ownDirectory(), "s");
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      const output = new FrameWriter();
      writeWelcome(output, { life: randomBytes(ID_BYTES), maxFrameBytes: 1e6, maxUnderWay: 9 });
      const welcome = Buffer.concat(output.take());
      const answers = [1, 2, 3, 4].map((id) =>
        frame(Kind.VALUE, id, (body) => body.bytes(randomBytes(Math.floor(random() * 9)))),
      );
      socket.write(random() < 0.2 ? randomBytes(60) : Buffer.concat([welcome, ...answers]));
    });
  }).listen(path);
  onTestFinished(() => void server.close());
  for (let number = 0; number < 20; number++) {
    const store = connect({ path, callTimeout: 60 });
    const outcome = await store.ensureTable("d", "t").then(
      () => "opened",
      (error: { code: string }) => error.code,
    );
    // By chance a byte may be the type of a table.
    expect(["STORE_UNAVAILABLE", "STORE_IO", "opened"], `seed ${seed}`).toContain(outcome);
  }
});
