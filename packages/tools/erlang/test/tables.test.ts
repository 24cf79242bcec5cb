import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoreRecord } from "@store/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { encodeTerm, openErlangFile, writeErlangFile } from "../src/index.js";
import { atom, hasOtp, Otp, tuple } from "./support/otp.js";

const KINDS = [
  atom("dets"),
  tuple(atom("tab2file"), []),
  tuple(atom("tab2file"), [atom("object_count")]),
  tuple(atom("tab2file"), [atom("md5sum")]),
  tuple(atom("tab2file"), [atom("object_count"), atom("md5sum")]),
];
const TYPES = ["set", "bag", "duplicate_bag", "ordered_set"] as const;
const TABLES = partOf(200, 10_000);

describe.runIf(hasOtp)("tables and the real OTP", () => {
  let otp: Otp;
  let directory: string;
  beforeAll(() => {
    otp = new Otp();
    directory = mkdtempSync(join(tmpdir(), "store-erlang-"));
  });
  afterAll(async () => {
    await otp.close();
    rmSync(directory, { recursive: true });
  });

  test.each([1, 2, 3, 4])(
    "random tables of OTP's, read and written, are the same tables for OTP (part %i of 4)",
    async () => {
      const first = Math.floor(Math.random() * 1e6);
      for (let seed = first; seed < first + TABLES / 4; seed++) {
        const random = randomOf(seed);
        const kind = KINDS[random(KINDS.length)];
        const type = TYPES[random(kind === KINDS[0] ? 3 : 4)] as (typeof TYPES)[number];
        const keyPosition = 1 + random(3);
        const count = random(10) === 0 ? random(700) : random(40);
        const place = join(directory, "a");
        const copy = join(directory, "b");
        const what = `seed ${seed}: ${type}, key ${keyPosition}, ${count} objects`;
        const size = await otp.ask(
          tuple(atom("table"), seed, kind, atom(type), keyPosition, count, place),
        );

        const file = openErlangFile(place, { keys: "exact" });
        expect(file).toMatchObject({
          kind: kind === KINDS[0] ? "dets" : "tab2file",
          type,
          keyPosition,
        });
        const written = writeErlangFile(copy, { ...file, records: file.records() });
        expect(written, what).toBe(size);
        expect(file.report).toMatchObject({
          complete: true,
          closed: true,
          records: size,
          damages: 0,
        });
        const order = kind === KINDS[0] ? atom("dets") : atom("tab2file");
        // The dump of an ets bag has its objects in an order that `file2tab` turns round; ours has it that of the file.
        // Of more than one chunk, objects of very different sizes may come back in another order.
        const isSmall = statSync(copy).size < 65_536;
        const isComparable = kind === KINDS[0] && isSmall ? type : "any";
        expect(
          await otp.ask(tuple(atom("same"), order, atom(isComparable), place, copy)),
          what,
        ).toBe(true);

        const again = openErlangFile(copy, { keys: "exact" });
        expect(byKey(again.records(), isSmall), what).toEqual(byKey(file.records(), isSmall));
      }
    },
    600_000,
  );
});

/** The records of each key, in their order or in one that depends on them alone. */
function byKey(records: Iterable<StoreRecord>, isOrdered: boolean): Map<string, StoreRecord[]> {
  const result = new Map<string, StoreRecord[]>();
  for (const record of records) {
    const key = Buffer.from(encodeTerm(record[0])).toString("hex");
    result.set(key, [...(result.get(key) ?? []), record]);
  }
  if (!isOrdered)
    for (const list of result.values())
      list.sort((a, b) => Buffer.compare(encodeTerm(a), encodeTerm(b)));
  return result;
}

/** Numbers below a limit, from a seed. */
function randomOf(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
