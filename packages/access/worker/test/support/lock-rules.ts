import type { ThreadMemory } from "../../src/shared/thread-memory.js";
import * as node from "../../src/tree/node.js";
import { NodeEditor } from "../../src/tree/node-editor.js";

/** Watches what an owner does to nodes. */
export interface NodeWatch {
  /** The rules that were broken, each once. */
  readonly broken: readonly string[];
  /** Called before each write. */
  begin(): void;
  /** Called before each store. */
  readonly beforeStore: (at: number) => void;
  end(): void;
  /** Leaves everything as it was. */
  stop(): void;
}

/**
 * The rules that make readers right, which can be seen in the owner's stores alone:
 *
 * 1. A word of a node is stored to only while the node's version is odd.
 * 2. A node is given back only if its version has gone on in the write that took it out.
 * 3. When a change is done, no version is odd.
 */
export function watchNodes(memory: ThreadMemory): NodeWatch {
  const { arena, nodes } = memory;
  const { take, give } = nodes;
  const { finish } = NodeEditor.prototype;
  const known = new Set<number>();
  const owners = new Map<number, number>();
  const broken = new Set<string>();
  let before = new Map<number, number>();
  let isWatching = false;

  const versionOf = (at: number) => arena.words[at + node.VERSION] as number;

  nodes.take = () => {
    const at = take.call(nodes);
    if (!known.has(at)) {
      known.add(at);
      for (let word = at; word < at + node.NODE_WORDS; word++) owners.set(word, at);
    }
    return at;
  };
  nodes.give = (at) => {
    if (isWatching && before.get(at) === versionOf(at)) {
      broken.add("a node was given back with the version that it had in the tree");
    }
    give.call(nodes, at);
  };
  NodeEditor.prototype.finish = function (this: NodeEditor) {
    finish.call(this);
    if (!isWatching) return;
    for (const at of known) {
      if ((versionOf(at) & 1) !== 0) broken.add("a node was left with an odd version");
    }
  };

  return {
    get broken() {
      return [...broken];
    },
    begin() {
      before = new Map([...known].map((at) => [at, versionOf(at)]));
      isWatching = true;
    },
    beforeStore(at) {
      const owner = owners.get(at);
      if (owner === undefined || at === owner + node.VERSION) return;
      if ((versionOf(owner) & 1) === 0) {
        broken.add("a word of a node was stored to while its version was even");
      }
    },
    end() {
      isWatching = false;
    },
    stop() {
      nodes.take = take;
      nodes.give = give;
      NodeEditor.prototype.finish = finish;
    },
  };
}
