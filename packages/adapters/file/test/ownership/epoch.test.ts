import { describe, expect, test } from "vitest";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { epochDirectory, epochsIn } from "../../src/ownership/epoch.js";

describe("the directories of epochs", () => {
  test("have at least six digits, more when needed", () => {
    expect(epochDirectory("/table", 7)).toMatch(/[\\/]table[\\/]E000007$/);
    expect(epochDirectory("/table", 12_345_678)).toMatch(/E12345678$/);
  });

  test("are listed by number, not by name", () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.makeDirectory("/table");
    for (const epoch of [1_000_000, 999_999, 2, 10]) {
      fileSystem.makeDirectory(epochDirectory("/table", epoch));
    }
    expect(epochsIn(fileSystem, "/table")).toEqual([2, 10, 999_999, 1_000_000]);
  });

  test("are told from everything else", () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.makeDirectory("/table");
    for (const name of ["E00007", "E0000007", "E000007.bak", "e000007", "claim-E000007", "E"]) {
      fileSystem.makeDirectory(`/table/${name}`);
    }
    expect(epochsIn(fileSystem, "/table")).toEqual([]);
  });
});
