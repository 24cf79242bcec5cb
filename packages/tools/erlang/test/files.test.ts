import { copyFileSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openDiskLog, openErlangFile, writeErlangFile } from "../src/index.js";
import { hasOtp } from "./support/otp.js";
import { Workspace, walked } from "./support/workspace.js";

describe.runIf(hasOtp)("a file of dets", () => {
  const place = new Workspace();

  test("is called what its file is, and says its type and its key's position", async () => {
    await place.run(
      `{ok, T} = dets:open_file(t, [{file, Dir ++ "plain.dets"}, {type, duplicate_bag}, {keypos, 2}]), dets:insert(T, [{1, a}, {1, a}]), dets:close(T)`,
    );
    const file = openErlangFile(place.path("plain.dets"));
    expect(file).toMatchObject({
      kind: "dets",
      name: "plain",
      type: "duplicate_bag",
      keyPosition: 2,
    });
    expect([...file.records()]).toEqual([
      ["a", 1],
      ["a", 1],
    ]);
    expect(file.report).toEqual({
      complete: true,
      closed: true,
      records: 2,
      collisions: 0,
      checked: "count",
      damages: 0,
      damage: [],
    });
  });

  test("of a bag has a key's objects in the order in which they came, one that came again last", async () => {
    await place.run(
      `{ok, T} = dets:open_file(t, [{file, Dir ++ "bag"}, {type, bag}]), [dets:insert(T, {k, N}) || N <- [1, 2, 3, 4, 2]], dets:close(T)`,
    );
    expect([...openErlangFile(place.path("bag")).records()].map(([, n]) => n)).toEqual([
      1, 3, 4, 2,
    ]);
  });

  test("whose objects were deleted, one at a time or all at once, has none", async () => {
    await place.run(
      `{ok, T} = dets:open_file(t, [{file, Dir ++ "none"}]), [dets:insert(T, {N, <<0:800>>}) || N <- lists:seq(1, 2000)], [dets:delete(T, N) || N <- lists:seq(1, 2000)], dets:close(T)`,
    );
    expect(statSync(place.path("none")).size).toBeGreaterThan(100_000);
    const file = openErlangFile(place.path("none"));
    expect([...file.records()]).toEqual([]);
    expect(file.report).toMatchObject({ complete: true, damages: 0 });
    await place.run(
      `{ok, T} = dets:open_file(Dir ++ "none"), dets:delete_all_objects(T), dets:close(T)`,
    );
    expect(statSync(place.path("none")).size).toBe(5_464);
    expect([...openErlangFile(place.path("none")).records()]).toEqual([]);
  });

  test("grown to many segments is read whole", async () => {
    await place.run(
      `{ok, T} = dets:open_file(t, [{file, Dir ++ "many"}]), [dets:insert(T, {N, N}) || N <- lists:seq(1, 30000)], dets:close(T)`,
    );
    const records = [...openErlangFile(place.path("many")).records()] as [number, number][];
    expect(records.map(([key]) => key).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 30_000 }, (_, n) => n + 1),
    );
    expect(records.every(([key, value]) => key === value)).toBe(true);
  });

  test("with objects of megabytes is read whole, and so is the dump that is written of it", async () => {
    await place.run(
      `{ok, T} = dets:open_file(t, [{file, Dir ++ "large"}, {type, bag}]), [dets:insert(T, {k, N, binary:copy(<<N, 255>>, N * 1000000)}) || N <- [1, 2, 3]], dets:close(T)`,
    );
    const file = openErlangFile(place.path("large"));
    const records = [...file.records()];
    expect(records.map(([, n, bytes]) => [n, (bytes as Uint8Array).length])).toEqual([
      [1, 2_000_000],
      [2, 4_000_000],
      [3, 6_000_000],
    ]);
    writeErlangFile(place.path("dump"), { ...file, records });
    const isSame = await place.run(
      `{ok, T} = dets:open_file(Dir ++ "large"), {ok, E} = ets:file2tab(Dir ++ "dump", [{verify, true}]), Same = lists:sort(dets:lookup(T, k)) =:= lists:sort([{<<"k">>, N, B} || {_, N, B} <- ets:tab2list(E)]) orelse [{k, N, B} || {_, N, B} <- lists:sort(ets:tab2list(E))] =:= lists:sort(dets:lookup(T, k)), dets:close(T), Same`,
    );
    expect(isSame).toBe(true);
  });

  test("that was not closed is what OTP makes of it when it repairs it", async () => {
    for (const type of ["set", "bag", "duplicate_bag"]) {
      await place.run(
        `{ok, T} = dets:open_file(t, [{file, Dir ++ "open"}, {type, ${type}}, {auto_save, infinity}]), [dets:insert(T, {N rem 300, N, <<N:(N rem 900)>>}) || N <- lists:seq(1, 3000)], [dets:delete(T, N) || N <- lists:seq(1, 300, 7)], _ = dets:lookup(T, 1), file:copy(Dir ++ "open", Dir ++ "copy"), dets:close(T), file:delete(Dir ++ "open")`,
      );
      const file = openErlangFile(place.path("copy"), { keys: "exact" });
      const records = [...file.records()];
      expect(file.report).toMatchObject({
        complete: true,
        closed: false,
        damages: 0,
        records: records.length,
      });
      expect(records.length).toBeGreaterThan(0);
      writeErlangFile(place.path("dump"), { ...file, records });
      const isSame = await place.run(
        `{ok, T} = dets:open_file(Dir ++ "copy"), {ok, E} = ets:file2tab(Dir ++ "dump", [{verify, true}]), Same = lists:sort(dets:match_object(T, '_')) =:= lists:sort(ets:tab2list(E)), dets:close(T), Same`,
      );
      expect(isSame, type).toBe(true);
    }
  });

  test("that holds a collection twice, as one that died while it was moved, is what OTP makes of it", async () => {
    for (const type of ["set", "bag", "duplicate_bag"]) {
      await place.run(
        `F = Dir ++ "twice", file:delete(F), {ok, T} = dets:open_file(t, [{file, F}, {type, ${type}}]), [dets:insert(T, {k, N}) || N <- [1, 2]], dets:insert(T, {other, 1}), dets:close(T)`,
      );
      // The key's collection again, behind the end, with one of its objects changed; and the file marked as open.
      await place.run(
        `F = Dir ++ "twice", {ok, B} = file:read_file(F), [{P, _} | _] = binary:matches(B, <<16#12345678:32>>), Found = [Q || {Q, _} <- binary:matches(B, <<16#12345678:32>>), binary:match(binary:part(B, Q - 4, 80), <<$k>>) =/= nomatch], Q = hd(Found), <<Size:32>> = binary:part(B, Q - 4, 4), C = binary:part(B, Q - 4, Size), Pad = (16 - ((byte_size(B) - 1336) rem 16)) rem 16, New = [binary:part(B, 0, 8), <<0:32>>, binary:part(B, 12, byte_size(B) - 12), <<0:Pad/unit:8>>, binary:replace(C, <<97, 1>>, <<97, 9>>), <<0:512>>], file:write_file(F, New), file:copy(F, Dir ++ "repaired"), P > 0`,
      );
      const file = openErlangFile(place.path("twice"), { keys: "exact" });
      const records = [...file.records()];
      expect(file.report).toMatchObject({ closed: false, damages: 0 });
      writeErlangFile(place.path("dump"), { ...file, records });
      const same = await place.run(
        `{ok, T} = dets:open_file(Dir ++ "repaired"), {ok, E} = ets:file2tab(Dir ++ "dump", [{verify, true}]), A = {dets:lookup(T, k), dets:lookup(T, other)}, B = {ets:lookup(E, k), ets:lookup(E, other)}, dets:close(T), case A =:= B of true -> true; false -> {A, B} end`,
      );
      expect(same, type).toBe(true);
      expect(records.length).toBeGreaterThan(1);
    }
  });

  test("that was synced says that it was closed while it is open, and doesn't once something is inserted", async () => {
    const open = `{ok, T} = dets:open_file(t, [{file, Dir ++ "synced"}, {auto_save, infinity}])`;
    await place.run(
      `${open}, dets:insert(T, {1, a}), dets:sync(T), file:copy(Dir ++ "synced", Dir ++ "first"), dets:insert(T, {2, b}), _ = dets:lookup(T, 2), file:copy(Dir ++ "synced", Dir ++ "second"), dets:close(T)`,
    );
    const first = openErlangFile(place.path("first"));
    expect([...first.records()]).toEqual([[1, { $atom: "a" }]]);
    expect(first.report.closed).toBe(true);
    const second = openErlangFile(place.path("second"));
    expect([...second.records()].length).toBeGreaterThanOrEqual(1);
    expect(second.report.closed).toBe(false);
  });

  test("of a later version throws STORE_NEWER_FORMAT, of version 8 STORE_NOT_SUPPORTED", async () => {
    await place.run(`{ok, T} = dets:open_file(t, [{file, Dir ++ "version"}]), dets:close(T)`);
    for (const [version, code] of [
      [10, "STORE_NEWER_FORMAT"],
      [8, "STORE_NOT_SUPPORTED"],
    ] as const) {
      await place.run(
        `{ok, <<B:16/binary, _:32, R/binary>>} = file:read_file(Dir ++ "version"), file:write_file(Dir ++ "version", <<B/binary, ${version}:32, R/binary>>)`,
      );
      expect(() => openErlangFile(place.path("version"))).toThrow(
        expect.objectContaining({ code }),
      );
    }
  });
});

describe.runIf(hasOtp)("a dump of tab2file", () => {
  const place = new Workspace();

  test("has its table's name and type, and the objects of a small bag in the order of lookup", async () => {
    await place.run(
      `T = ets:new('the table', [bag, named_table]), [ets:insert(T, {N rem 3, N}) || N <- [5, 1, 2, 3, 4, 8, 9, 7, 6]], ets:tab2file(T, Dir ++ "bag"), ets:delete(T)`,
    );
    const file = openErlangFile(place.path("bag"));
    expect(file).toMatchObject({
      kind: "tab2file",
      name: "the table",
      type: "bag",
      keyPosition: 1,
    });
    const of = (key: number) => [...file.records()].filter(([k]) => k === key).map(([, n]) => n);
    expect([of(0), of(1), of(2)]).toEqual([
      [3, 9, 6],
      [1, 4, 7],
      [5, 2, 8],
    ]);
  });

  test("that is written of a bag comes back from file2tab in the order in which it was given", async () => {
    const records = Array.from({ length: 950 }, (_, n) => [n % 7, n, "x".repeat(n % 90)] as const);
    for (const type of ["bag", "duplicate_bag"] as const) {
      writeErlangFile(place.path("order"), { name: "t", type, records });
      const order = await place.run(
        `{ok, T} = ets:file2tab(Dir ++ "order", [{verify, true}]), [[N || {_, N, _} <- ets:lookup(T, K)] || K <- lists:seq(0, 6)]`,
      );
      expect(order, type).toEqual(
        Array.from({ length: 7 }, (_, key) => records.filter(([k]) => k === key).map(([, n]) => n)),
      );
      expect([...openErlangFile(place.path("order")).records()].filter(([k]) => k === 3)).toEqual(
        records.filter(([k]) => k === 3),
      );
    }
  });

  test("has a sum of the size of each item of 65,528 bytes and more, and so has ours", async () => {
    // A tuple of one key byte and a binary takes 11 bytes more than what is in the binary.
    for (const size of [65_527, 65_528, 65_529, 200_000, 3_000_000]) {
      const bytes = size - 10;
      await place.run(
        `T = ets:new(t, []), ets:insert(T, {1, binary:copy(<<"x">>, ${bytes})}), ets:tab2file(T, Dir ++ "theirs")`,
      );
      const file = openErlangFile(place.path("theirs"));
      const records = [...file.records()];
      expect(records).toEqual([[1, "x".repeat(bytes)]]);
      writeErlangFile(place.path("ours"), { ...file, records });
      expect(
        await place.run(
          `{ok, T} = ets:file2tab(Dir ++ "ours", [{verify, true}]), [{1, B}] = ets:tab2list(T), B =:= binary:copy(<<"x">>, ${bytes})`,
        ),
      ).toBe(true);
    }
  });

  test("that is cut between two objects, which file2tab takes without a word, is cut for us", async () => {
    await place.run(
      `T = ets:new(t, [ordered_set]), [ets:insert(T, {N, a}) || N <- [1, 2, 3]], ets:tab2file(T, Dir ++ "cut"), {ok, B} = file:read_file(Dir ++ "cut"), S = byte_size(term_to_binary({3, a})) + 8, file:write_file(Dir ++ "cut", binary:part(B, 0, byte_size(B) - S))`,
    );
    expect(await place.run(`{ok, T} = ets:file2tab(Dir ++ "cut"), ets:info(T, size)`)).toBe(2);
    const file = openErlangFile(place.path("cut"));
    const { records, error } = walked(file);
    expect(records).toHaveLength(2);
    expect(error).toMatchObject({
      code: "STORE_CORRUPT",
      message: expect.stringContaining("2 objects of a table of 3"),
    });
    expect(file.report).toMatchObject({ complete: false, damages: 1 });

    const skipping = openErlangFile(place.path("cut"), { onDamage: "skip" });
    expect([...skipping.records()]).toEqual(records);
    expect(skipping.report).toMatchObject({ complete: true, damages: 1 });
  });

  test("of a later version throws STORE_NEWER_FORMAT", async () => {
    await place.run(
      `T = ets:new(t, []), ets:tab2file(T, Dir ++ "later"), {ok, B} = file:read_file(Dir ++ "later"), file:write_file(Dir ++ "later", binary:replace(B, <<"major_version", 97, 1>>, <<"major_version", 97, 2>>))`,
    );
    expect(() => openErlangFile(place.path("later"))).toThrow(
      expect.objectContaining({ code: "STORE_NEWER_FORMAT" }),
    );
  });
});

describe.runIf(hasOtp)("a log of disk_log", () => {
  const place = new Workspace();

  const wrap = `{ok, L} = disk_log:open([{name, make_ref()}, {file, Dir ++ "wrap"}, {type, wrap}, {size, {200, 3}}])`;

  test("that wraps round three files gives what is left, oldest first", async () => {
    for (let count = 1; count <= 60; count += 7) {
      const left = await place.run(
        `[file:delete(F) || F <- filelib:wildcard(Dir ++ "wrap.*")], ${wrap}, [disk_log:log(L, {event, N}) || N <- lists:seq(1, ${count})], Read = fun Read(C, Acc) -> case disk_log:chunk(L, C) of eof -> Acc; {C2, Terms} -> Read(C2, Acc ++ Terms) end end, All = Read(start, []), disk_log:close(L), [N || {event, N} <- All]`,
      );
      const log = openDiskLog(place.path("wrap"));
      expect(log.kind).toBe("wrap");
      expect(
        [...log.terms()].map((term) => (term as { $tuple: unknown[] }).$tuple[1]),
        `${count}`,
      ).toEqual(left);
      expect(log.report).toMatchObject({ complete: true, closed: true, damages: 0 });
    }
  });

  test("in one file gives its terms, also while it is open", async () => {
    await place.run(
      `{ok, L} = disk_log:open([{name, one}, {file, Dir ++ "halt"}]), disk_log:log_terms(L, [a, 1.5, #{b => c}]), disk_log:sync(L), file:copy(Dir ++ "halt", Dir ++ "opened"), disk_log:close(L)`,
    );
    const terms = [{ $atom: "a" }, 1.5, { $atoms: { b: { $atom: "c" } } }];
    const closed = openDiskLog(place.path("halt"));
    expect([...closed.terms()]).toEqual(terms);
    expect(closed).toMatchObject({ kind: "halt", report: { closed: true } });
    const opened = openDiskLog(place.path("opened"), { values: "plain" });
    expect([...opened.terms()]).toEqual(["a", 1.5, { b: "c" }]);
    expect(opened.report.closed).toBe(false);
    expect(() => openErlangFile(place.path("halt"))).toThrow(
      "doesn't begin with the header of a table",
    );
  });

  test("that wraps, and begins with the header of a table, is a table", async () => {
    await place.run(
      `T = ets:new(t, [ordered_set]), [ets:insert(T, {N, a}) || N <- [1, 2, 3]], ets:tab2file(T, Dir ++ "source"), {ok, S} = disk_log:open([{name, source}, {file, Dir ++ "source"}, {mode, read_only}]), {_, Items} = disk_log:chunk(S, start), disk_log:close(S), {ok, L} = disk_log:open([{name, table}, {file, Dir ++ "table"}, {type, wrap}, {size, {600, 3}}]), disk_log:log_terms(L, Items), disk_log:close(L)`,
    );
    const file = openErlangFile(place.path("table"));
    expect([...file.records()].map(([key]) => key)).toEqual([1, 2, 3]);
  });
});

describe("openErlangFile", () => {
  const place = new Workspace(false);

  test("of what is not there, or no file, throws STORE_IO", () => {
    expect(() => openErlangFile(place.path("nothing"))).toThrow(
      expect.objectContaining({ code: "STORE_IO" }),
    );
    expect(() => openErlangFile(place.path("."))).toThrow(
      expect.objectContaining({ code: "STORE_IO" }),
    );
    expect(() => openDiskLog(place.path("nothing"))).toThrow(
      expect.objectContaining({ code: "STORE_IO" }),
    );
  });

  test("of another file throws STORE_CORRUPT", () => {
    for (const content of [
      "",
      "a",
      "\u0001\u0002\u0003\u0004",
      "some text that is long enough ".repeat(100),
    ]) {
      writeFileSync(place.path("other"), content);
      expect(() => openErlangFile(place.path("other"))).toThrow(
        expect.objectContaining({ code: "STORE_CORRUPT" }),
      );
      expect(() => [...openDiskLog(place.path("other")).terms()]).toThrow(
        expect.objectContaining({ code: "STORE_CORRUPT" }),
      );
    }
  });

  test.each(["onCollision", "onDamage", "keys", "values"])(
    "with an unknown %s throws STORE_INVALID_OPTIONS",
    (name) => {
      const open = () => openErlangFile(place.path("other"), { [name]: "maybe" });
      expect(open).toThrow(expect.objectContaining({ code: "STORE_INVALID_OPTIONS" }));
      expect(open).toThrow(name);
    },
  );

  test("walks over the file that is there now", () => {
    const [one, two] = [place.path("one"), place.path("two")];
    writeErlangFile(one, {
      name: "t",
      type: "bag",
      records: [
        ["a", 1],
        ["a", 2],
      ],
    });
    writeErlangFile(two, { name: "t", type: "set", records: [["a", 3]] });
    const file = openErlangFile(one);
    expect([...file.records()]).toEqual([
      ["a", 1],
      ["a", 2],
    ]);
    copyFileSync(two, one);
    expect([...file.records()]).toEqual([["a", 3]]);
    expect(file.report.records).toBe(1);
  });
});
