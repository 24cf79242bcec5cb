import { expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import type { Descriptor } from "../../src/platform/file-system.js";
import { changed, pathOf, TreeDisk } from "../support/tree-disk.js";

/** Each read takes two seconds. */
class SlowFileSystem extends FailingFileSystem {
  readonly #disk: TreeDisk;
  /** How old the heartbeat of the owner was at most, in milliseconds. */
  oldestBeat = 0;

  constructor(disk: TreeDisk) {
    super(disk.memory);
    this.#disk = disk;
  }

  override read(
    file: Descriptor,
    buffer: Uint8Array,
    start: number,
    length: number,
    position: number,
  ): number {
    const { memory, host } = this.#disk;
    // A process that doesn't turn its event loop sees no timer.
    host.stop();
    host.advance(2_000);
    host.resume();
    const epoch = memory
      .list("/data")
      .filter((name) => name.startsWith("E"))
      .sort()
      .at(-1);
    const beat = memory.status(`/data/${epoch}/lock`)?.modifiedAt;
    if (beat !== undefined) this.oldestBeat = Math.max(this.oldestBeat, host.wallTime() - beat);
    return super.read(file, buffer, start, length, position);
  }
}

for (const repair of [false, true]) {
  test(`an open that takes minutes keeps its heart beating${repair ? ", while it repairs" : ""}`, () => {
    const disk = new TreeDisk();
    const table = disk.open().ensureTable("d", "t");
    for (let key = 0; key < 80; key++) table.insert([key, "x".repeat(100_000)]);
    disk.kill();
    const files = disk.files();
    const path = pathOf(files, "000001.log");
    const bytes = Buffer.from(files.get(path) as Buffer);
    if (repair) bytes[1_000_000] = ~(bytes[1_000_000] as number);
    const after = TreeDisk.with(changed(files, path, bytes));
    const slow = new SlowFileSystem(after);
    after.fileSystem = slow;
    const before = after.host.wallTime();
    const store = after.open({ repair });
    expect(store.ensureTable("d", "t").size).toBeGreaterThan(repair ? 8 : 79);
    expect(after.host.wallTime() - before).toBeGreaterThan(60_000);
    expect(slow.oldestBeat).toBeLessThan(10_000);
  });
}
