import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  accessTable,
  createStore,
  type ScanRange,
  type StoreRecord,
  type TableAccess,
} from "@store/core";
import { expect, test } from "vitest";
import { ID_BYTES } from "../../src/protocol/handshake.js";
import { Kind } from "../../src/protocol/kinds.js";
import { writeRange } from "../../src/protocol/ranges.js";
import { writeType } from "../../src/protocol/table-types.js";
import { frame, hello, RawClient, until } from "../support/raw-client.js";
import { slowAdapter } from "../support/slow-adapter.js";
import { connect, serve } from "../support/stores.js";

const open = frame(Kind.OPEN, 1, (output) => {
  output.uint32(1);
  output.key("d");
  output.key("t");
  writeType(output, "ordered_set");
  output.boolean(false);
});
const WHOLE = {
  lower: undefined,
  upper: undefined,
  reverse: false,
  limit: Number.POSITIVE_INFINITY,
};

test("one connection more than maxConnections is refused, and let in when another has gone", async () => {
  const { path } = await serve({ maxConnections: 2 });
  const first = connect({ path });
  await first.ensureTable("d", "t");
  await connect({ path }).ensureTable("d", "t");
  const third = connect({ path, callTimeout: 10_000 });
  const opened = third.ensureTable("d", "t");
  const raw = new RawClient(path);
  await until(() => raw.refusal !== undefined);
  expect(raw.refusal).toMatchObject({ code: "STORE_UNAVAILABLE" });
  await first.close();
  await opened;
});

test("a call longer than maxFrameBytes is STORE_INVALID_OPERATION, and the connection goes on", async () => {
  const { path } = await serve({ maxFrameBytes: 10_000 });
  const table = await connect({ path }).ensureTable("d", "t");
  await expect(table.insert(["k", "x".repeat(10_000)])).rejects.toMatchObject({
    code: "STORE_INVALID_OPERATION",
    message: expect.stringContaining("10000"),
  });
  await table.insert(["k", "x".repeat(9_000)]);
  expect(await table.member("k")).toBe(true);
});

test("a frame longer than allowed closes the connection before it has arrived", async () => {
  const { path } = await serve({ maxFrameBytes: 10_000 });
  const client = await RawClient.welcomed(path);
  const head = Buffer.alloc(11);
  head.writeUInt32LE(10_001);
  client.send(head);
  await until(() => client.isClosed);
  expect(client.refusal).toMatchObject({ code: "STORE_IO" });
  const stranger = new RawClient(path);
  const long = Buffer.alloc(11);
  long.writeUInt32LE(5_000);
  stranger.send(long);
  await until(() => stranger.isClosed);
});

test("who doesn't say who it is within handshakeTimeout is cut off", async () => {
  const { path } = await serve({ handshakeTimeout: 50 });
  const client = new RawClient(path);
  client.send(hello().subarray(0, 10));
  await until(() => client.isClosed);
});

test("a peer of another version is told so", async () => {
  const { path } = await serve();
  const client = new RawClient(path);
  const greeting = Buffer.from(hello());
  greeting[15] = 3;
  client.send(greeting);
  await until(() => client.isClosed);
  expect(client.refusal).toEqual({
    code: "STORE_NOT_SUPPORTED",
    message: "the server speaks version 2 of the protocol, not 3",
  });
});

test("no more than maxUnderWay requests of a connection are begun at once; the others wait", async () => {
  let underWay = 0;
  let most = 0;
  const adapter = slowAdapter(() => 5);
  const counting: typeof adapter = {
    ...adapter,
    async open(options, toolkit) {
      const backend = await adapter.open(options, toolkit);
      return {
        ...backend,
        async openTable(...args) {
          const table = await backend.openTable(...args);
          const { lookup } = table;
          return {
            ...table,
            async lookup(key) {
              most = Math.max(most, ++underWay);
              try {
                return await lookup(key);
              } finally {
                underWay--;
              }
            },
          };
        },
      };
    },
  };
  const { path } = await serve({ maxUnderWay: 4 }, createStore({ adapter: counting }));
  // A raw client doesn't heed what it is told.
  const client = await RawClient.welcomed(path);
  client.send(open);
  await until(() => client.frames.some(({ id }) => id === 1));
  for (let id = 2; id < 40; id++) {
    client.send(
      frame(Kind.LOOKUP, id, (output) => {
        output.uint32(1);
        output.key(id);
      }),
    );
  }
  await until(() => client.frames.filter(({ kind }) => kind === Kind.VALUE).length === 39);
  expect(most).toBe(4);
});

test("a client that doesn't read is waited for: the server doesn't pile up its answers", async () => {
  const { path, store } = await serve();
  const table = await store.ensureTable<[n: number, text: string]>("d", "t", {
    type: "ordered_set",
  });
  for (let n = 0; n < 200; n++) await table.insert([n, "x".repeat(10_000)]);
  const client = await RawClient.welcomed(path);
  client.send(open);
  await until(() => client.frames.length > 1);
  let read = 0;
  const { methods } = accessTable(table) as TableAccess;
  const { scan } = methods;
  Object.assign(methods, {
    *scan(range: ScanRange) {
      for (const record of scan(range) as Iterable<StoreRecord>) {
        read++;
        yield record;
      }
    },
  });
  client.socket.pause();
  const request = (id: number) =>
    frame(Kind.SCAN, id, (output) => {
      output.uint32(1);
      writeRange(output, WHOLE);
    });
  // Two parts each of seven records, 51 MB in all.
  client.send(...Array.from({ length: 400 }, (_, index) => request(index + 2)));
  await until(() => read > 0);
  await delay(200);
  // What the system and the server keep is some megabytes.
  expect(read).toBeLessThan(1_000);
  client.socket.resume();
  await until(() => client.frames.filter(({ kind }) => kind === Kind.PART).length === 800);
});

test("a scan sends two parts ahead, and the next when one is taken", async () => {
  const { path, store } = await serve();
  const table = await store.ensureTable<[n: number, text: string]>("d", "t", {
    type: "ordered_set",
  });
  for (let n = 0; n < 100; n++) await table.insert([n, "x".repeat(10_000)]);
  const client = await RawClient.welcomed(path);
  client.send(open);
  await until(() => client.frames.length > 1);
  client.send(
    frame(Kind.SCAN, 2, (output) => {
      output.uint32(1);
      writeRange(output, WHOLE);
    }),
  );
  const parts = () => client.frames.filter(({ kind }) => kind === Kind.PART).length;
  await until(() => parts() === 2);
  client.send(frame(Kind.PING, 3));
  await until(() => client.frames.some(({ id }) => id === 3));
  expect(parts()).toBe(2);
  client.send(frame(Kind.MORE, 2));
  await until(() => parts() === 3);
  client.send(frame(Kind.CANCEL, 2), frame(Kind.MORE, 2), frame(Kind.PING, 4));
  await until(() => client.frames.some(({ id }) => id === 4));
  expect(parts()).toBe(3);
});

test("a client that comes back by another connection takes its session along, and the old one ends", async () => {
  const { path } = await serve();
  const session = randomBytes(ID_BYTES);
  const first = await RawClient.welcomed(path, session);
  const second = await RawClient.welcomed(path, session);
  await until(() => first.isClosed);
  expect(second.welcome?.life).toEqual(first.welcome?.life);
  const other = await RawClient.welcomed(path);
  expect(other.welcome?.life).not.toEqual(first.welcome?.life);
});

test("a session ends sessionTimeout after its last connection", async () => {
  const { path } = await serve({ sessionTimeout: 20 });
  const session = randomBytes(ID_BYTES);
  const first = await RawClient.welcomed(path, session);
  first.socket.destroy();
  await until(() => first.isClosed);
  await delay(100);
  const second = await RawClient.welcomed(path, session);
  expect(second.welcome?.life).not.toEqual(first.welcome?.life);
});
