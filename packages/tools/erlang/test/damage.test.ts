import { readFileSync, writeFileSync } from "node:fs";
import { StoreError, type StoreRecord } from "@store/core";
import { describe, expect, test } from "vitest";
import { isLong, partOf } from "../../../../tooling/long.js";
import { openDetsFile } from "../src/dets/dets-file.js";
import { encodeTerm, type OpenErlangFileOptions, openErlangFile } from "../src/index.js";
import { WalkReport } from "../src/source/report.js";
import { hasOtp } from "./support/otp.js";
import { Workspace } from "./support/workspace.js";

/** What is done to each byte; in `npm test` one of these. */
const MASKS = [0x01, 0x80, 0xff, 0x55, 0x10];

const OBJECTS = `[{<<"a">>, 1, [x, 2.5]}, {<<"b">>, 2}, {{run, 7}, #{n => <<"text">>}}, {4, 4}, {5, <<1, 2, 3, 255>>}, {k, k, k}]`;

interface Case {
  readonly path: string;
  readonly bytes: Buffer;
  /** Each record, as its bytes, and how often it is there. */
  readonly records: ReadonlyMap<string, number>;
  /** Whether a changed byte here is part of a term, which nothing but the sum of a whole dump could notice. */
  isInTerm(position: number): boolean;
}

interface Outcome {
  readonly wrong: number;
  readonly records: number;
  readonly error: unknown;
  readonly damages: number;
}

/** Walks over the file, changed like this: how many records it gave that weren't in it. */
function outcomeOf(
  { path, records }: Case,
  bytes: Buffer,
  options: OpenErlangFileOptions,
): Outcome {
  writeFileSync(path, bytes);
  const left = new Map(records);
  let wrong = 0;
  let given = 0;
  let damages = 0;
  try {
    const file = openErlangFile(path, { keys: "exact", ...options });
    try {
      for (const record of file.records()) {
        given++;
        const name = nameOf(record);
        const count = left.get(name) ?? 0;
        left.set(name, count - 1);
        if (count <= 0) wrong++;
      }
    } finally {
      damages = file.report.damages;
    }
    return { wrong, records: given, error: undefined, damages };
  } catch (error) {
    return { wrong, records: given, error, damages };
  }
}

function nameOf(record: StoreRecord): string {
  return Buffer.from(encodeTerm(record)).toString("hex");
}

function caseOf(path: string, isInTerm: (position: number) => boolean): Case {
  const records = new Map<string, number>();
  for (const record of openErlangFile(path, { keys: "exact" }).records()) {
    const name = nameOf(record);
    records.set(name, (records.get(name) ?? 0) + 1);
  }
  return { path, bytes: readFileSync(path), records, isInTerm };
}

/** Every byte is changed, one at a time, and each file read strictly and leniently. */
function checkEachByte(whole: Case): void {
  for (let position = 0; position < whole.bytes.length; position++) {
    // Most are zeros that nothing points to.
    if (!isLong && whole.bytes[position] === 0 && position % 31 !== 0) continue;
    for (let index = 0; index < partOf(1, MASKS.length); index++) {
      const changed = Buffer.from(whole.bytes);
      (changed[position] as number) ^= MASKS[(position + index) % MASKS.length] as number;
      for (const onDamage of ["refuse", "skip"] as const) {
        const outcome = outcomeOf(whole, changed, { onDamage });
        const what = `byte ${position}, ${onDamage}: ${JSON.stringify(outcome)}`;
        if (outcome.error !== undefined) expect(outcome.error, what).toBeInstanceOf(StoreError);
        expect(outcome.wrong, what).toBeLessThanOrEqual(whole.isInTerm(position) ? 1 : 0);
        const total = [...whole.records.values()].reduce((sum, count) => sum + count);
        // Less than there was is never given without a word.
        if (outcome.records < total)
          expect(outcome.damages > 0 || outcome.error !== undefined, what).toBe(true);
      }
    }
  }
}

/** Files that end after each of their bytes. */
function checkEachCut(whole: Case): void {
  const total = [...whole.records.values()].reduce((sum, count) => sum + count);
  for (
    let length = 0;
    length < whole.bytes.length;
    length += isLong || length % 1_024 < 16 ? 1 : 29
  ) {
    const outcome = outcomeOf(whole, whole.bytes.subarray(0, length), {});
    const what = `cut at ${length}: ${JSON.stringify(outcome)}`;
    expect(outcome.wrong, what).toBe(0);
    expect(outcome.error, what).toMatchObject({ code: "STORE_CORRUPT" });
    const skipped = outcomeOf(whole, whole.bytes.subarray(0, length), { onDamage: "skip" });
    expect(skipped.wrong, what).toBe(0);
    expect(skipped.records, what).toBeGreaterThanOrEqual(outcome.records);
    if (skipped.records < total)
      expect(skipped.damages > 0 || skipped.error !== undefined, what).toBe(true);
  }
}

describe.runIf(hasOtp)("a damaged file", () => {
  const place = new Workspace();

  test.each(["set", "bag", "duplicate_bag"])(
    "of dets, a %s, gives no record that wasn't there, and says that it is damaged",
    async (type) => {
      await place.run(
        `file:delete(Dir ++ "dets"), {ok, T} = dets:open_file(t, [{file, Dir ++ "dets"}, {type, ${type}}]), [dets:insert(T, O) || O <- ${OBJECTS}], dets:insert(T, {4, again}), dets:delete(T, 5), dets:close(T)`,
      );
      const path = place.path("dets");
      const ranges = [...openDetsFile(path).objects(new WalkReport("refuse"))].map(
        ({ position, bytes }) => [position, position + bytes.length] as const,
      );
      const whole = caseOf(path, (position) =>
        ranges.some(([from, to]) => from <= position && position < to),
      );
      checkEachByte(whole);
      checkEachCut(whole);
    },
    600_000,
  );

  test("of tab2file with a sum gives no record that wasn't there, wherever it is damaged", async () => {
    await place.run(
      `T = ets:new(t, [bag]), ets:insert(T, ${OBJECTS}), ets:tab2file(T, Dir ++ "sum", [{extended_info, [md5sum, object_count]}])`,
    );
    const whole = caseOf(place.path("sum"), () => false);
    for (let position = 8; position < whole.bytes.length; position++) {
      for (const mask of isLong ? MASKS : [MASKS[position % MASKS.length] as number]) {
        const changed = Buffer.from(whole.bytes);
        (changed[position] as number) ^= mask;
        const outcome = outcomeOf(whole, changed, {});
        const what = `byte ${position}: ${JSON.stringify(outcome)}`;
        expect(outcome.wrong, what).toBe(0);
        expect(outcome.error, what).toMatchObject({
          code: expect.stringMatching(/^STORE_(CORRUPT|NEWER_FORMAT)$/),
        });
      }
    }
    checkEachCut(whole);
  });

  test("of tab2file without a sum gives no record that wasn't there, but where a term was changed", async () => {
    await place.run(
      `T = ets:new(t, [set]), ets:insert(T, ${OBJECTS}), ets:tab2file(T, Dir ++ "plain")`,
    );
    const path = place.path("plain");
    const bytes = readFileSync(path);
    const inTerm = termsOf(bytes);
    const headerEnd = inTerm.indexOf(false, 16);
    const whole = caseOf(path, (position) => (inTerm[position] ?? false) && position >= headerEnd);
    for (let position = 0; position < bytes.length; position++) {
      // A header that says another key's position changes all records: that is for a sum to notice.
      if (position >= 16 && position < headerEnd) continue;
      const changed = Buffer.from(bytes);
      (changed[position] as number) ^= MASKS[position % MASKS.length] as number;
      for (const onDamage of ["refuse", "skip"] as const) {
        const outcome = outcomeOf(whole, changed, { onDamage });
        expect(outcome.wrong, `byte ${position}, ${onDamage}`).toBeLessThanOrEqual(
          whole.isInTerm(position) ? 1 : 0,
        );
        if (outcome.error !== undefined) expect(outcome.error).toBeInstanceOf(StoreError);
      }
    }
    checkEachCut(whole);
  });

  test("of tab2file gives, with skip, what is behind the damage", async () => {
    await place.run(
      `T = ets:new(t, [ordered_set]), [ets:insert(T, {N, <<"text">>}) || N <- lists:seq(1, 9)], ets:tab2file(T, Dir ++ "skip")`,
    );
    const path = place.path("skip");
    const bytes = readFileSync(path);
    const size = encodeTerm({ $tuple: [5, "text"] }).length + 8;
    // The size of the fifth item.
    bytes[bytes.length - 5 * size + 2] = 7;
    writeFileSync(path, bytes);
    const file = openErlangFile(path, { onDamage: "skip" });
    expect([...file.records()].map(([key]) => key)).toEqual([1, 2, 3, 4, 6, 7, 8, 9]);
    expect(file.report).toMatchObject({ complete: true, damages: 2 });
    expect(file.report.damage[0]).toEqual({
      path,
      position: bytes.length - 5 * size,
      problem: `an item of ${(7 << 8) + size - 8} bytes is cut`,
    });
  });
});

/** For each byte of a log, whether it is in a term. */
function termsOf(bytes: Buffer): boolean[] {
  const result = new Array<boolean>(bytes.length).fill(false);
  for (let position = 8; position < bytes.length; ) {
    const size = bytes.readUInt32BE(position);
    result.fill(true, position + 8, position + 8 + size);
    position += 8 + size;
  }
  return result;
}
