import { dirname } from "node:path";
import { readWhole } from "../../src/platform/whole-file.js";
import { Disk } from "./disk.js";

/** The files of a disk, as they were when it was taken. */
export class DiskImage {
  /** The content by path; directories end with a slash. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Of the process that ran then. */
  readonly #pid: number;

  constructor(files: ReadonlyMap<string, Buffer>, pid: number) {
    this.files = files;
    this.#pid = pid;
  }

  static of(disk: Disk, root = "/data"): DiskImage {
    const files = new Map<string, Buffer>();
    const visit = (path: string) => {
      files.set(`${path}/`, Buffer.alloc(0));
      for (const name of disk.memory.list(path).sort()) {
        const inner = `${path}/${name}`;
        if (disk.memory.status(inner)?.kind === "directory") visit(inner);
        else files.set(inner, readWhole(disk.memory, inner));
      }
    };
    visit(root);
    return new DiskImage(files, disk.host.process.pid);
  }

  /** A text that is the same for two images of the same files. */
  get text(): string {
    return [...this.files]
      .map(([path, content]) => `${path} ${content.toString("latin1")}`)
      .join("\n");
  }

  /** The paths of files whose name passes. */
  paths(passes: (name: string) => boolean): string[] {
    return [...this.files.keys()].filter(
      (path) => !path.endsWith("/") && passes(path.slice(path.lastIndexOf("/") + 1)),
    );
  }

  /** The one file of that name in the last epoch. */
  path(name: string): string {
    const path = this.paths((other) => other === name)
      .filter((other) => /\/E\d+\//.test(other))
      .sort()
      .at(-1);
    if (path === undefined) throw new Error(`there is no ${name}`);
    return path;
  }

  read(path: string): Buffer {
    const content = this.files.get(path);
    if (content === undefined) throw new Error(`there is no ${path}`);
    return content;
  }

  /** With other content of some files; undefined for one that is gone. */
  with(changes: Readonly<Record<string, Buffer | undefined>>): DiskImage {
    const files = new Map(this.files);
    for (const [path, content] of Object.entries(changes)) {
      if (content === undefined) files.delete(path);
      else files.set(path, content);
    }
    return new DiskImage(files, this.#pid);
  }

  /** A disk with these files, on a machine where no process of theirs runs any more. */
  mount(): Disk {
    const disk = new Disk();
    while (disk.host.process.pid <= this.#pid) disk.kill();
    const { memory } = disk;
    const make = (path: string) => {
      if (memory.status(path) !== undefined) return;
      make(dirname(path));
      memory.makeDirectory(path);
    };
    for (const [path, content] of this.files) {
      if (path.endsWith("/")) {
        make(path.slice(0, -1));
        continue;
      }
      make(dirname(path));
      const file = memory.create(path);
      memory.write(file, content, 0, content.length, 0);
      memory.close(file);
    }
    return disk;
  }
}

/** A copy with one byte changed. */
export function flipped(content: Buffer, at: number, mask = 0xff): Buffer {
  const copy = Buffer.from(content);
  copy.writeUInt8(content.readUInt8(at) ^ mask, at);
  return copy;
}
