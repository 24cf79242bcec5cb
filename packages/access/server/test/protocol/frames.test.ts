import { _, type Key, type StoreRecord } from "@store/core";
import { describe, expect, test } from "vitest";
import { type Frame, FrameReader } from "../../src/protocol/frame-reader.js";
import { FrameWriter } from "../../src/protocol/frame-writer.js";
import { Malformed } from "../../src/protocol/malformed.js";
import { readPattern, writePattern } from "../../src/protocol/patterns.js";
import { readRange, writeRange } from "../../src/protocol/ranges.js";
import { newSeed, randomOf } from "../support/random.js";

const RUNS = 200;

describe("frames", () => {
  test("arrive as they were written, however the bytes are cut", () => {
    const seed = newSeed();
    const random = randomOf(seed);
    for (let run = 0; run < RUNS; run++) {
      const output = new FrameWriter();
      const sent: unknown[] = [];
      for (let count = Math.floor(random() * 20); count >= 0; count--) {
        const id = Math.floor(random() * 2 ** 48);
        // Some lengths around those where a length takes more bytes, or a slab is full.
        const length = [0, 10, 253, 254, 255, 300, 70_000][Math.floor(random() * 7)] as number;
        const record: StoreRecord = [["k", id], "é".repeat(length), { n: 1n }];
        const key: Key = "k".repeat(length);
        output.begin(count, id);
        output.record(record);
        output.key(key);
        output.moment(random() < 0.5 ? undefined : id);
        output.end();
        sent.push([count, id, record, key]);
      }
      const bytes = Buffer.concat(output.take());
      const received: unknown[] = [];
      const reader = new FrameReader(2 ** 20);
      for (let at = 0; at < bytes.length; ) {
        const size = Math.floor(random() ** 4 * 100_000) + 1;
        reader.push(Buffer.from(bytes.subarray(at, at + size)));
        for (let frame = reader.next(); frame; frame = reader.next())
          received.push(contentOf(frame));
        at += size;
      }
      expect(received, `seed ${seed}, run ${run}`).toEqual(sent);
    }
  });

  test("one that is begun and not ended is dropped by the next", () => {
    const output = new FrameWriter();
    output.begin(1, 1);
    output.key("x".repeat(100_000));
    output.begin(2, 2);
    output.end();
    const reader = new FrameReader(2 ** 20);
    reader.push(Buffer.concat(output.take()));
    expect(reader.next()).toMatchObject({ kind: 2, id: 2 });
    expect(reader.next()).toBeUndefined();
  });

  test("longer than allowed, or too short for its head, is malformed before it has arrived", () => {
    for (const length of [0, 6, 101, 2 ** 32 - 1]) {
      const reader = new FrameReader(100);
      const head = Buffer.alloc(11);
      head.writeUInt32LE(length);
      reader.push(head);
      expect(() => reader.next(), `${length}`).toThrow(Malformed);
    }
  });
});

function contentOf({ kind, id, payload }: Frame): unknown[] {
  const content = [kind, id, payload.record(), payload.key()];
  const moment = payload.moment();
  expect(moment === undefined || moment === id).toBe(true);
  payload.finish();
  return content;
}

describe("payloads", () => {
  test("ranges come back as they were", () => {
    const bound = { key: ["a", 1], inclusive: true };
    for (const lower of [undefined, bound, { key: null, inclusive: false }]) {
      for (const upper of [undefined, bound, { key: new Uint8Array([1]), inclusive: false }]) {
        for (const limit of [0, 5, Number.POSITIVE_INFINITY]) {
          const range = { lower, upper, reverse: limit === 5, limit };
          expect(through((output) => writeRange(output, range), readRange)).toEqual(range);
        }
      }
    }
  });

  test("patterns come back with their wildcards, whatever texts are in them", () => {
    const patterns: readonly (readonly unknown[])[] = [
      [_],
      [_, "_", "__"],
      [["run", _], { a: _, b: ["___", _], ["__proto__"]: "_" }],
      ["k", new Map([["_", _]]), new Set(["_"]), new Date(0), new Uint8Array([1]), undefined],
      [1n, Object.assign(Object.create(null), { x: _ }), new Map([[{ o: 1 }, "_"]])],
    ];
    for (const pattern of patterns) {
      expect(through((output) => writePattern(output, pattern), readPattern)).toEqual(pattern);
    }
  });

  test("cut off anywhere, or with a byte too many, are malformed", () => {
    const write = (output: FrameWriter) => {
      output.records([["k", 1, { a: "x" }]]);
      output.keys(["a", ["b", 1]]);
      output.moments([1, undefined]);
    };
    const output = new FrameWriter();
    output.begin(1, 1);
    write(output);
    output.end();
    const whole = Buffer.concat(output.take());
    for (let length = 11; length <= whole.length + 1; length++) {
      const bytes = Buffer.concat([whole, Buffer.alloc(1)]).subarray(0, length);
      bytes.writeUInt32LE(length - 4);
      const reader = new FrameReader(2 ** 20);
      reader.push(bytes);
      const { payload } = reader.next() as Frame;
      const read = () => {
        payload.records();
        payload.keys();
        payload.moments(2);
        payload.finish();
      };
      if (length === whole.length) expect(read).not.toThrow();
      else expect(read, `${length} of ${whole.length} bytes`).toThrow(Malformed);
    }
  });
});

function through<T>(
  write: (output: FrameWriter) => void,
  read: (payload: Frame["payload"]) => T,
): T {
  const output = new FrameWriter();
  output.begin(1, 1);
  write(output);
  output.end();
  const reader = new FrameReader(2 ** 20);
  reader.push(Buffer.concat(output.take()));
  const { payload } = reader.next() as Frame;
  const value = read(payload);
  payload.finish();
  return value;
}
