import { type StoreRecord, toolkit } from "@store/core";
import { describe, expect, test, vi } from "vitest";
import { transact } from "../src/batch/batch.js";
import type { Connection } from "../src/connection/connection.js";
import { failureOf } from "../src/connection/failure.js";
import { insert } from "../src/operations/writing.js";
import { ByteWriter } from "../src/protocol/byte-writer.js";
import { Dispatcher } from "../src/protocol/dispatcher.js";
import { STATUS } from "../src/script/codes.js";
import { Purger } from "../src/tables/purger.js";
import { RedisTable } from "../src/tables/redis-table.js";
import { tableNames } from "../src/tables/table-names.js";

const names = tableNames({ prefix: "p", slots: "domain" }, "d", "t", "set");

/** A connection whose server answers all calls alike. */
function answering(answer: () => Buffer): {
  connection: Connection;
  run: ReturnType<typeof vi.fn>;
} {
  const run = vi.fn(async () => answer());
  return { connection: { run, isCluster: false } as unknown as Connection, run };
}

const code = (name: string) => expect.objectContaining({ code: name });

describe("the dispatcher", () => {
  test("splits what is too much for one call", async () => {
    const { connection, run } = answering(() => Buffer.alloc(200, STATUS.done));
    const dispatcher = new Dispatcher(connection, toolkit);
    const records = (size: number): StoreRecord[] => [["k", "x".repeat(size)]];
    await Promise.all(
      Array.from({ length: 200 }, () => dispatcher.send(insert(names, records(1)))),
    );
    expect(run).toHaveBeenCalledTimes(2);
    run.mockClear();
    await Promise.all([1, 2, 3].map(() => dispatcher.send(insert(names, records(200_000)))));
    expect(run).toHaveBeenCalledTimes(3);
  });

  test("sends what waits before an operation that goes alone, and before it is settled", async () => {
    const { connection, run } = answering(() => Buffer.alloc(8, STATUS.done));
    const dispatcher = new Dispatcher(connection, toolkit);
    const first = dispatcher.send(insert(names, [["a", 1]]));
    await dispatcher.sendAlone(insert(names, [["b", 1]]));
    await first;
    const second = dispatcher.send(insert(names, [["c", 1]]));
    await dispatcher.settled();
    await second;
    expect(run).toHaveBeenCalledTimes(3);
  });

  test("refuses a call of more bytes than Redis takes as STORE_INVALID_OPERATION", async () => {
    const { connection } = answering(() => Buffer.alloc(1));
    const operation = { ...insert(names, [["a", 1]]), body: { length: 2 ** 29 } as Buffer };
    const bytes = vi.spyOn(ByteWriter.prototype, "bytes").mockReturnThis();
    const finish = vi
      .spyOn(ByteWriter.prototype, "finish")
      .mockReturnValue({ length: 2 ** 29 } as Buffer);
    try {
      await expect(new Dispatcher(connection, toolkit).send(operation)).rejects.toThrow(
        code("STORE_INVALID_OPERATION"),
      );
    } finally {
      bytes.mockRestore();
      finish.mockRestore();
    }
  });

  test("a batch that others always come between is given up as STORE_UNAVAILABLE", async () => {
    const { connection } = answering(() => Buffer.of(STATUS.needed, 0, 0, 0, 0, 0));
    const dispatcher = new Dispatcher(connection, toolkit);
    const table = new RedisTable("set", names, {
      dispatcher,
      connection,
      toolkit,
      replicas: 0,
      onClose: () => {},
    });
    const operation = {
      table,
      kind: "updateElement",
      key: "k",
      changes: [{ position: 2, value: 1 }],
      initial: undefined,
      initialExpiresAt: undefined,
      revise: undefined,
    } as const;
    await expect(transact([operation], dispatcher, toolkit)).rejects.toThrow(
      code("STORE_UNAVAILABLE"),
    );
  });

  test("an error that isn't the connection's stays as it is", () => {
    const error = new RangeError("out of memory");
    expect(failureOf(toolkit, error, true)).toBe(error);
  });
});

describe("the purger", () => {
  test("removes in steps until nothing is left, and says nothing of what fails", async () => {
    vi.useFakeTimers();
    try {
      const counts = [1000, 0];
      const send = vi.fn(async () => {
        const count = counts.shift();
        if (count === undefined) throw new Error("no server");
        return count;
      });
      const purger = new Purger({ send } as unknown as Dispatcher);
      purger.add(names);
      await vi.advanceTimersByTimeAsync(20_000);
      expect(send).toHaveBeenCalledTimes(2);
      await vi.advanceTimersByTimeAsync(20_000);
      expect(send).toHaveBeenCalledTimes(3);
      purger.remove(names);
      await vi.advanceTimersByTimeAsync(20_000);
      expect(send).toHaveBeenCalledTimes(3);
      purger.stop();
    } finally {
      vi.useRealTimers();
    }
  });
});
