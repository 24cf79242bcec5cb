import { describe, expect, test } from "vitest";
import { type Chooser, ExhaustiveChooser, NEWEST, OLDEST } from "../../prove/power-cut/chooser.js";
import { PendingDirectory } from "../../prove/power-cut/pending-directory.js";
import { PendingFile } from "../../prove/power-cut/pending-file.js";
import { MemoryFile } from "../../simulation/memory-inode.js";

/** All that may come of some choices, each once. */
function allOf<T>(choose: (chooser: Chooser) => T, show: (result: T) => string): Set<string> {
  const chooser = new ExhaustiveChooser();
  const found = new Set<string>();
  do found.add(show(choose(chooser)));
  while (chooser.next());
  return found;
}

const text = (content: Uint8Array): string =>
  Buffer.from(content).toString("latin1").replaceAll("\0", ".");

function contents(file: PendingFile): Set<string> {
  return allOf((chooser) => file.choose(chooser), text);
}

function file(content = ""): PendingFile {
  return new PendingFile(Buffer.from(content));
}

describe("a file when the power is cut", () => {
  test("has what was synced, and nothing is in doubt", () => {
    const synced = file("ab");
    synced.write(0, Buffer.from("cd"), 2);
    synced.sync(1);
    expect(text(synced.content ?? Buffer.from("in doubt"))).toBe("abcd");
  });

  test("has a pending write, or not, or its size alone", () => {
    const pending = file("ab");
    pending.write(0, Buffer.from("cdef"), 2);
    expect(contents(pending)).toEqual(new Set(["ab", "ab....", "abcdef"]));
  });

  test("has a torn part of it", () => {
    const pending = file("ab");
    pending.write(0, Buffer.from("cdef"), 2);
    const torn: Chooser = { choose: (choice, count) => (choice === "tear" ? 2 : count - 1) };
    expect(text(pending.choose(torn))).toBe("abcd..");
  });

  test("has any of the writes to one sector, but no later one without those before", () => {
    const pending = file();
    pending.write(0, Buffer.from("a"), 0);
    pending.write(1, Buffer.from("b"), 1);
    const found = contents(pending);
    expect(found).toContain("a.");
    expect(found).toContain("ab");
    expect(found).not.toContain(".b");
  });

  test("has a later sector without an earlier one", () => {
    const pending = file();
    pending.write(0, Buffer.alloc(512, "a"), 0);
    pending.write(1, Buffer.alloc(512, "b"), 512);
    expect(contents(pending)).toContain(".".repeat(512) + "b".repeat(512));
  });

  test("has of a sync what was written before it began", () => {
    const pending = file();
    pending.write(0, Buffer.from("a"), 0);
    pending.write(1, Buffer.from("b"), 1);
    pending.sync(1);
    expect(text(pending.choose(OLDEST))).toBe("a");
    expect(text(pending.choose(NEWEST))).toBe("ab");
  });

  test("may lack what a failed sync forgot, also after one that succeeded", () => {
    const forgotten = file();
    forgotten.write(0, Buffer.from("a"), 0);
    forgotten.forget();
    forgotten.write(1, Buffer.from("b"), 1);
    forgotten.sync(2);
    expect(contents(forgotten)).toEqual(new Set(["ab", ".b"]));
  });
});

describe("a directory when the power is cut", () => {
  const [first, second] = [new MemoryFile(1), new MemoryFile(2)];

  function names(directory: PendingDirectory): Set<string> {
    return allOf(
      (chooser) => directory.choose(chooser),
      (found) => [...found].map(([name, { modifiedAt }]) => name + modifiedAt).join(),
    );
  }

  test("has any of the changes that were not synced", () => {
    const directory = new PendingDirectory(new Map([["a", first]]));
    directory.rename(0, [["b", second]]);
    directory.rename(1, [["a", undefined]]);
    expect(names(directory)).toEqual(new Set(["a1", "a1,b2", "b2", ""]));
  });

  test("has a file that was replaced by a rename, or the one that replaced it", () => {
    const directory = new PendingDirectory(new Map([["a", first]]));
    directory.rename(0, [["tmp", second]]);
    directory.sync(1);
    directory.rename(1, [
      ["tmp", undefined],
      ["a", second],
    ]);
    expect(names(directory)).toEqual(new Set(["a1,tmp2", "a2"]));
  });

  test("has what was synced", () => {
    const directory = new PendingDirectory(new Map([["a", first]]));
    directory.rename(0, [["a", undefined]]);
    directory.rename(1, [["b", second]]);
    directory.sync(1);
    expect(names(directory)).toEqual(new Set(["", "b2"]));
  });
});
