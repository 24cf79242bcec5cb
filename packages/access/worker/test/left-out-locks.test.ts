import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isLong, partOf } from "../../../../tooling/long.js";
import { NodeEditor } from "../src/tree/node-editor.js";
import { CASES } from "./support/model-cases.js";
import { check } from "./support/model-check.js";

const { lock } = NodeEditor.prototype;

/** The function that has called `lock`, and the source of that line. */
function callerOfLock(): string {
  const [, , , caller = ""] = (new Error("where").stack ?? "").split("\n");
  const [, name = "", file = "", line = "0"] =
    /at (?:new )?(\S+) \((?:file:\/\/)?([^:)]+\.ts):(\d+)/.exec(caller) ?? [];
  const source = sourceOf(file)[Number(line) - 1] ?? caller;
  return `${name.replace(/^.*[.#]/, "")}: ${source.trim()}`;
}

const sources = new Map<string, readonly string[]>();
function sourceOf(file: string): readonly string[] {
  let lines = sources.get(file);
  if (lines === undefined) {
    lines = readFileSync(file, "utf8").split("\n");
    sources.set(file, lines);
  }
  return lines;
}

/** Runs while `lock` does `instead`, which is told where it is called. */
function locking(
  instead: (editor: NodeEditor, at: number, site: string) => void,
  run: () => void,
): void {
  NodeEditor.prototype.lock = function (this: NodeEditor, at: number) {
    instead(this, at, callerOfLock());
  };
  try {
    run();
  } finally {
    NodeEditor.prototype.lock = lock;
  }
}

/** The lines that lock a node in any of the cases. */
function sitesOfLocks(): string[] {
  const sites = new Set<string>();
  const note = (editor: NodeEditor, at: number, site: string) => {
    sites.add(site);
    lock.call(editor, at);
  };
  locking(note, () => {
    for (const each of Object.values(CASES)) check(each, 1);
  });
  return [...sites].sort();
}

/** Which cases notice that a line doesn't lock: by what a read returns, or by the rules of stores. */
function without(site: string) {
  const byReads: string[] = [];
  const byRules: string[] = [];
  const leaveOut = (editor: NodeEditor, at: number, from: string) => {
    if (from !== site) lock.call(editor, at);
  };
  const most = partOf(2_000, 10_000);
  for (const [title, each] of Object.entries(CASES)) {
    // One is enough, but where all are to be known.
    if (!isLong && byRules.length > 0 && (byReads.length > 0 || UNSEEN.includes(site))) break;
    locking(leaveOut, () => {
      const { illegal, broken } = check(each, most, (isIllegal) => isIllegal);
      if (illegal.length > 0) byReads.push(title);
      if (broken.length > 0) byRules.push(title);
    });
  }
  return { byReads, byRules };
}

/**
 * What these lines lock no reader can come to before the change is done: a node that the change itself has taken from the
 * pool. Its version has gone on when it was taken out of the tree before, and whoever still knows its address learns by
 * another version, that of the node which has led there, that it is too late. So no read can tell; the rules of stores can.
 */
const UNSEEN = [
  "detach: this.#nodes.lock(copy);",
  "growRoot: this.#nodes.lock(child);",
  "split: this.#nodes.lock(right);",
];

/** What the merge before has locked as well, but where two levels go at once. */
const LOCKED_BEFORE = [
  "shrinkRoot: this.#nodes.lock(child);",
  "shrinkRoot: this.#nodes.lock(root);",
];

const sites = sitesOfLocks();

test("the cases come by each line that locks a node, but for `attach`, which takes a failed deletion back", () => {
  const tree = new URL("../src/tree/", import.meta.url);
  const lines = readdirSync(tree).flatMap((file) =>
    readFileSync(new URL(file, tree), "utf8").split("\n"),
  );
  const locking = lines.filter((line) => /^\s*this\.#nodes\.lock\(/.test(line));
  expect(sites).toHaveLength(locking.length - 1);
});

describe("a lock that the owner leaves out is noticed", () => {
  test.each(sites.filter((site) => !LOCKED_BEFORE.includes(site)))(
    "%s",
    {
      timeout: 60_000 * partOf(1, 20),
    },
    (site) => {
      const { byReads, byRules } = without(site);
      console.log(`${site} ${byReads.length} cases by reads, ${byRules.length} by the rules`);
      expect(byRules.length).toBeGreaterThan(0);
      if (!UNSEEN.includes(site)) expect(byReads.length).toBeGreaterThan(0);
    },
  );
});
