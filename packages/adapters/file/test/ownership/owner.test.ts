import { describe, expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { ManualHost } from "../../simulation/manual-host.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import {
  describeOwner,
  newOwner,
  type Owner,
  readOwner,
  writeOwner,
} from "../../src/ownership/owner.js";
import { ContendedTable, TABLE } from "../support/contended-table.js";

describe("OWNER", () => {
  test.each([
    ["all there is to know", {}],
    ["nothing that isn't known", { boot: undefined, namespace: undefined, start: undefined }],
  ])("is read back as it was written, with %s", (_, identity) => {
    const { fileSystem } = new ContendedTable();
    const owner = newOwner(new ManualHost({ thread: 3, ...identity }));
    writeOwner(fileSystem, TABLE, owner);
    expect(readOwner(fileSystem, TABLE)).toEqual(owner);
  });

  test("says when, in ISO 8601, and names each claim", () => {
    const host = new ManualHost();
    host.advance(1500);
    const owner = newOwner(host);
    expect(owner.since).toBe("2025-01-01T00:00:01.500Z");
    expect(newOwner(host).uuid).not.toBe(owner.uuid);
  });

  test("is written and read whole, however short the transfers", () => {
    const fileSystem = new FailingFileSystem(new ContendedTable().fileSystem);
    fileSystem.halvesTransfers = true;
    const owner = newOwner(new ManualHost());
    writeOwner(fileSystem, TABLE, owner);
    expect(readOwner(fileSystem, TABLE)).toEqual(owner);
  });

  const legible = JSON.stringify(newOwner(new ManualHost()));
  test.each([
    ["an empty file", ""],
    ["half a file", legible.slice(0, 40)],
    ["no object", "null"],
    ["a pid that is a text", legible.replace(/"pid":\d+/, '"pid":"1"')],
    ["a host that is a list", legible.replace('"host":"host"', '"host":["host"]')],
    ["a list", "[]"],
    ["an inode that is a number", legible.replace("}", ',"inode":1}')],
    ["keepsOpen that is a text", legible.replace("}", ',"keepsOpen":"yes"}')],
    ["more than an owner writes", legible + " ".repeat(2 ** 16)],
    ["no since", legible.replace('"since"', '"when"')],
    ["a boot that is a number", legible.replace('"boot":"boot"', '"boot":1')],
  ])("of %s is nobody", (_, text) => {
    const table = new ContendedTable();
    table.write(`${TABLE}/OWNER`, text);
    expect(readOwner(table.fileSystem, TABLE)).toBeUndefined();
  });

  test("that can't be read, or isn't there, is nobody", () => {
    const table = new ContendedTable();
    expect(readOwner(table.fileSystem, TABLE)).toBeUndefined();
    const fileSystem = new FailingFileSystem(table.fileSystem);
    writeOwner(fileSystem, TABLE, newOwner(table.host));
    fileSystem.fail({ nth: 1, code: "EIO", calls: ["read"] });
    expect(readOwner(fileSystem, TABLE)).toBeUndefined();
    expect(readOwner(fileSystem, TABLE)).toBeDefined();
  });

  test("describeOwner names the process, and its thread unless it is the main one", () => {
    const host = new ManualHost({ pid: 4711, host: "alpha" });
    const owner = newOwner(host);
    const describe = (given: Owner | undefined, from = host.spawn({ host: "alpha" })) =>
      describeOwner(given, { fileSystem: new MemoryFileSystem(), host: from });
    expect(describe(owner)).toBe("process 4711 on host alpha since 2025-01-01T00:00:00.000Z");
    expect(describe({ ...owner, thread: 2 })).toMatch(/^thread 2 of process 4711 on/);
    expect(describe({ ...owner, host: undefined })).toMatch(/^process 4711 on host \(unknown\)/);
    expect(describe(undefined)).toBe("a process that can't be told");
    expect(describe(owner, host)).toMatch(/^this very process, 4711 on host alpha since/);
    expect(describe({ ...owner, thread: 2 }, host)).toMatch(/^thread 2 of this process, 4711 on/);
    const worker = host.spawn({ ...host.process, thread: 2 });
    expect(describe(owner, worker)).toMatch(/^the main thread of this process, 4711 on host/);
  });
});
