import { createStore, type Store, type StoreRecord } from "@store/core";
import { fileAdapter } from "@store/file";

/** A store with something of everything, the same each time. */
export function filledStore(dataDir: string): Store<"sync"> {
  const store = createStore({
    adapter: fileAdapter,
    options: { dataDir, autoSave: Number.POSITIVE_INFINITY },
  });
  const events = store.ensureTable<StoreRecord>("journal", "events", { type: "ordered_set" });
  const states = ["started", "step_finished", "tool_called", "failed", "finished"];
  const batch: StoreRecord[] = [];
  for (let index = 1; index <= 20_000; index++) {
    batch.push([
      index,
      {
        type: states[index % states.length],
        run: `r${index % 400}`,
        at: new Date(1_700_000_000_000 + index * 1_000),
        ok: index % 7 !== 0,
      },
    ]);
  }
  events.insertMany(batch);
  const steps = store.ensureTable<StoreRecord>("journal", "steps", { type: "ordered_set" });
  for (let run = 1; run <= 40; run++) {
    steps.insertMany(
      Array.from({ length: 25 }, (_each, step) => [
        [`r${run}`, step + 1],
        { tool: ["search", "read", "write"][step % 3], ms: (run * 37 + step * 91) % 900 },
      ]),
    );
  }
  const runs = store.ensureTable<StoreRecord>("runs", "runs");
  runs.insertMany(
    Array.from({ length: 400 }, (_each, index) => [
      `r${index + 1}`,
      { state: index % 9 === 0 ? "failed" : "done", tokens: 1_000n * BigInt(index + 1) },
    ]),
  );
  const values = store.ensureTable<StoreRecord>("runs", "values", { type: "ordered_set" });
  values.insertMany([
    [
      "everything",
      {
        text: "a line\nand another, which is so long that it doesn't fit into one line of a preview and has to be opened to be read in full",
        bytes: Uint8Array.from({ length: 300 }, (_each, index) => (index * 7) & 255),
        date: new Date("2026-01-31T12:00:00.000Z"),
        map: new Map<unknown, unknown>([
          ["a", 1n],
          [["tuple", 2], new Set(["x", "y"])],
        ]),
        set: new Set([1, 2, 3]),
        floats: Float32Array.from([0.5, -1.25, 3]),
        big: 12_345_678_901_234_567_890n,
        nothing: undefined,
        none: null,
        minus: -0,
        not: Number.NaN,
      },
      ["second", "element"],
    ],
    ["<script>document.title='evil'</script>", "<img src=x onerror=\"document.title='evil'\">"],
    ["\u0000\u001b[31m\u202e", "control"],
    ["long", Array.from({ length: 250 }, (_each, index) => index)],
    ["expires", 1],
  ]);
  values.expire("expires", Date.now() + 3_600_000);
  const tags = store.ensureTable<StoreRecord>("agents", "tags", { type: "bag" });
  for (let index = 0; index < 90; index++) tags.insert([`agent ${index % 30}`, `tag ${index}`]);
  store.ensureTable("agents", "empty", { type: "duplicate_bag" });
  return store;
}
