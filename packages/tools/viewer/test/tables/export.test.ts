import { crc32 } from "node:zlib";
import type { StoreRecord } from "@store/core";
import { decodeText } from "@store/text-form";
import { expect, test } from "vitest";
import { memoryStore } from "../support/stores.js";
import { named, Viewing } from "../support/viewer.js";

async function filled() {
  const store = memoryStore();
  const table = store.ensureTable<StoreRecord>("d", "t/x y", { type: "ordered_set" });
  table.insertMany(
    Array.from({ length: 1_000 }, (_each, index) => [
      index,
      { big: BigInt(index), bytes: Uint8Array.of(index & 255), odd: index % 2 === 1 },
    ]),
  );
  const moment = Date.now() + 1_000_000;
  table.expire(7, moment);
  return { table, moment, viewing: await Viewing.of(store) };
}

test("as NDJSON it is a dump of what is shown, moments included, whole by its last line", async () => {
  const { table, moment, viewing } = await filled();
  const answer = await viewing.ask("/api/export", { table: named("t/x y"), gte: "5", lt: "9" });
  expect(answer.headers["content-type"]).toMatch(/^application\/x-ndjson/);
  expect(answer.headers["content-disposition"]).toBe('attachment; filename="d-t_x_y.ndjson"');
  const lines = answer.text.trimEnd().split("\n");
  expect(JSON.parse(lines[0] as string)).toMatchObject({ store: "dump", version: 1 });
  expect(JSON.parse(lines[1] as string)).toEqual({ table: ["d", "t/x y"], type: "ordered_set" });
  const expiring = JSON.parse(lines[4] as string);
  expect(expiring.expiresAt).toBe(moment);
  const body = `${lines.slice(0, -1).join("\n")}\n`;
  const crc = crc32(body).toString(16).padStart(8, "0");
  expect(JSON.parse(lines.at(-1) as string)).toEqual({
    end: { tables: 1, records: 4, crc32: crc },
  });
  const records = lines.slice(2, -1).map((line) => {
    const value = decodeText(line);
    return Array.isArray(value) ? value : (value as { record: unknown }).record;
  });
  expect(records).toEqual([...table.records({ gte: 5, lt: 9 })]);
});

test("as JSON it is one array of records in the text form", async () => {
  const { table, viewing } = await filled();
  const params = { table: named("t/x y"), match: '[_,{"big":_,"bytes":_,"odd":true}]' };
  const answer = await viewing.ask("/api/export", { ...params, format: "json", limit: 20 });
  const records = decodeText(answer.text.replaceAll("\n", ""));
  const odd = [...table.records()].filter(([, value]) => (value as { odd: boolean }).odd);
  expect(records).toEqual(odd.slice(0, 20));
  const none = await viewing.ask("/api/export", { ...params, format: "json", limit: 0 });
  expect(JSON.parse(none.text)).toEqual([]);
  const all = await viewing.ask("/api/export", { ...params, format: "json" });
  expect(JSON.parse(all.text)).toHaveLength(500);
});

test("a key is exported alone, and what can't be asked is refused before it begins", async () => {
  const { viewing } = await filled();
  const one = await viewing.ask("/api/export", { table: named("t/x y"), key: "3", format: "json" });
  expect(JSON.parse(one.text)).toHaveLength(1);
  const refused = await viewing.ask("/api/export", { table: named("t/x y"), match: "5" });
  expect(refused.status).toBe(400);
});
