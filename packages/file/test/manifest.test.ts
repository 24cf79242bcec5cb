import { describe, expect, test, vi } from "vitest";
import {
  decodeManifest,
  encodeManifest,
  MANIFEST,
  type Manifest,
  readManifest,
  replaceManifest,
} from "../src/manifest.js";
import type { FileSystem } from "../src/platform/file-system.js";
import { blocking, runBlocking } from "../src/platform/syncing.js";
import { FailingFileSystem } from "./support/failing-file-system.js";
import { MemoryFileSystem } from "./support/memory-file-system.js";

const manifest: Manifest = {
  format: 1,
  name: "a table",
  uuid: "00112233445566778899aabbccddeeff",
  type: "bag",
  clean: false,
  sequence: 17,
  segments: [
    { id: 3, covers: 2, length: 1_000 },
    { id: 5, covers: 0, length: null },
  ],
  hint: null,
};
const PATH = `/${MANIFEST}`;

/** As an owner does it who waits for the disk. */
function replace(fileSystem: FileSystem, given: Manifest, nth: number, isCurrent = true) {
  const onRenamed = vi.fn();
  const steps = replaceManifest(
    fileSystem,
    "/",
    given,
    blocking(fileSystem),
    `${MANIFEST}.${nth}.tmp`,
    () => isCurrent,
    onRenamed,
  );
  return { isReplaced: runBlocking(steps), onRenamed };
}

describe("decodeManifest", () => {
  test("brings back what was encoded, whatever the table is called", () => {
    for (const name of ["", "t", "a\nb\r\n", "\u2028", "Zürich", "\ud83d", "\ufffd", '"\\', "\0"]) {
      const given = { ...manifest, name };
      expect(decodeManifest(encodeManifest(given))).toEqual(given);
    }
  });

  test("takes nothing for a manifest of which a byte is another, is missing or is too many", () => {
    const content = encodeManifest(manifest);
    for (let at = 0; at < content.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const other = Buffer.from(content);
        other.writeUInt8(content.readUInt8(at) ^ (1 << bit), at);
        expect(decodeManifest(other)).toBe("damaged");
      }
      expect(decodeManifest(content.subarray(0, at))).toBe("damaged");
    }
    expect(decodeManifest(Buffer.concat([content, Buffer.from("\n")]))).toBe("damaged");
    expect(decodeManifest(Buffer.concat([content, content]))).toBe("damaged");
  });

  test("tells the format of a later version, whatever else is in it", () => {
    const later = { format: 2, segments: "elsewhere" } as unknown as Manifest;
    expect(decodeManifest(encodeManifest(later))).toEqual({ newerFormat: 2 });
  });
});

describe("replaceManifest", () => {
  const files = () => {
    const memory = new MemoryFileSystem();
    replace(memory, { ...manifest, sequence: 1 }, 1);
    return { memory, failing: new FailingFileSystem(memory) };
  };

  test("has the content on disk before the name, closed, and then the name", () => {
    const { memory } = files();
    const calls: string[] = [];
    const noting = new Proxy(memory, {
      get: (_, name) => {
        const member: unknown = Reflect.get(memory, name);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => {
          calls.push(String(name));
          return Reflect.apply(member, memory, args);
        };
      },
    });
    const { isReplaced, onRenamed } = replace(noting, manifest, 2);
    expect(isReplaced).toBe(true);
    expect(onRenamed).toHaveBeenCalledTimes(1);
    expect(calls).toEqual(["create", "write", "sync", "close", "rename", "syncDirectory"]);
    expect(readManifest(memory, PATH)).toEqual(manifest);
    expect(memory.list("/")).toEqual([MANIFEST]);
    expect(memory.openCount).toBe(0);
  });

  test("leaves the old or the new one at any failure, and succeeds the next time", () => {
    for (let nth = 1; ; nth++) {
      const { memory, failing } = files();
      failing.fail({ nth, code: "EIO" });
      let isDone = true;
      try {
        replace(failing, manifest, 2);
      } catch {
        isDone = false;
      }
      failing.heal();
      expect([1, 17]).toContain((readManifest(memory, PATH) as Manifest).sequence);
      replace(failing, manifest, 3);
      expect(readManifest(memory, PATH)).toEqual(manifest);
      if (isDone) break;
      expect(nth).toBeLessThan(20);
    }
  });

  test("replaces nothing when it says no longer what is", () => {
    const { memory } = files();
    const { isReplaced, onRenamed } = replace(memory, manifest, 2, false);
    expect(isReplaced).toBe(false);
    expect(onRenamed).not.toHaveBeenCalled();
    expect(readManifest(memory, PATH)).toMatchObject({ sequence: 1 });
    expect(memory.list("/")).toEqual([MANIFEST]);
  });
});
