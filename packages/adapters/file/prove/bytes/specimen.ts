import { createStore, type Store, type TableType } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { compact } from "../../src/backup.js";
import { shortLifeOf } from "../../test/support/life.js";
import { agrees, type Content, contentOf, DOMAIN, describeContent } from "./content.js";
import { type Files, Machine, nameOf } from "./machine.js";

/** A data directory as its last owner left it, and what is known of it. */
export interface Specimen {
  readonly name: string;
  /** All files and directories of it. */
  readonly files: Files;
  /** The paths of its files. */
  readonly paths: readonly string[];
  /** What it held after each change. */
  readonly moments: readonly Content[];
  /** The first of these that must be found again, as long as {@link marks} are there. */
  readonly floor: number;
  /** What of a log says that all before it was synced. */
  readonly marks: readonly Mark[];
  /** The texts of all records that a table of a name ever had. */
  readonly records: ReadonlyMap<string, ReadonlySet<string>>;
  /** What never was in those files, or was there once. */
  readonly donors: readonly Donor[];
}

/** Some bytes of a log. */
export interface Mark {
  /** The name of the file. */
  readonly file: string;
  readonly from: number;
  readonly bytes: Buffer;
}

/** The content of another file, or of an earlier one. */
export interface Donor {
  readonly name: string;
  /** The name of that file. */
  readonly file: string;
  readonly content: Buffer;
}

const DATA = "/data";
const PAIRS: readonly (readonly [TableType, TableType])[] = [
  ["set", "bag"],
  ["ordered_set", "duplicate_bag"],
];
/** By these, each change is flushed when there is time; or none. */
const [TINY, LARGE] = [1, 2 ** 24];

/** Lets two tables live, and remembers all that they were. */
class Biography {
  readonly machine: Machine;
  readonly moments: Content[] = [new Map()];
  readonly past: Files[] = [];
  floor = 0;
  marks: Mark[] = [];
  store: Store<"sync">;
  readonly #dataDir: string;
  readonly #model = createStore({ adapter: memoryAdapter });

  constructor(machine: Machine, dataDir: string) {
    this.machine = machine;
    this.#dataDir = dataDir;
    this.store = machine.open(dataDir, false, LARGE);
  }

  /** Changes two tables by turns. */
  live(types: readonly [TableType, TableType], from: number, to: number): void {
    const lives = types.map(shortLifeOf);
    for (let step = from; step < to; step++) {
      for (const [index, type] of types.entries()) {
        for (const store of [this.store, this.#model]) store.ensureTable(DOMAIN, type, { type });
        // To make a table is a change as well.
        if (step === from) this.#remember();
        for (const store of [this.store, this.#model]) {
          lives[index]?.[step]?.act(store.ensureTable(DOMAIN, type, { type }));
        }
        this.#remember();
      }
    }
    this.past.push(this.machine.files());
  }

  /** A batch of both. */
  batch(types: readonly [TableType, TableType]): void {
    for (const store of [this.store, this.#model]) {
      const batch = store.batch();
      for (const type of types) batch.insert(store.ensureTable(DOMAIN, type, { type }), ["a", 7]);
      batch.commit();
    }
    this.#remember();
  }

  /** Of all that was written so far nothing may be lost: it is in runs. */
  keep(): void {
    this.floor = this.moments.length - 1;
    this.marks = [];
  }

  /** The same, by a sync of the log. */
  sync(type: TableType): void {
    const before = this.machine.files();
    this.store.ensureTable(DOMAIN, type).sync();
    this.keep();
    for (const [path, content] of filesOf(this.machine.files(), this.#dataDir)) {
      const from = before.get(path)?.length ?? 0;
      if (path.endsWith(".log") && content.length > from) {
        this.marks.push({ file: nameOf(path), from, bytes: content.subarray(from) });
      }
    }
  }

  /** What is flushed and compacted in the background. */
  async work(): Promise<void> {
    while (this.machine.host.runDeferred() > 0) {
      for (let turn = 0; turn < 20; turn++) await undefined;
    }
    this.past.push(this.machine.files());
  }

  reopen(writeBufferBytes = LARGE): void {
    this.machine.kill();
    this.store = this.machine.open(this.#dataDir, false, writeBufferBytes);
  }

  #remember(): void {
    const content = contentOf(this.#model);
    if (!agrees(contentOf(this.store), content))
      throw new Error(`wrong: ${describeContent(content)}`);
    this.moments.push(content);
  }
}

type Types = (typeof PAIRS)[number];
/** How a data directory lives, and is left. */
type Way = (biography: Biography, types: Types) => void | Promise<void>;

const WAYS: Readonly<Record<string, Way>> = {
  killed(biography, types) {
    biography.live(types, 0, 3);
    biography.sync(types[0]);
    biography.batch(types);
    biography.live(types, 3, 6);
  },
  closed(biography, types) {
    biography.live(types, 0, 6);
    biography.store.close();
    biography.keep();
  },
  async "killed after flushes"(biography, types) {
    biography.reopen(TINY);
    for (let step = 0; step < 5; step += 2) {
      biography.live(types, step, step + 2);
      await biography.work();
    }
    biography.batch(types);
    biography.sync(types[0]);
  },
  "compacted, and then killed"(biography, types) {
    biography.live(types, 0, 4);
    compact(biography.store, DOMAIN);
    biography.keep();
    biography.live(types, 4, 6);
  },
  "killed twice"(biography, types) {
    biography.live(types, 0, 3);
    biography.sync(types[0]);
    biography.live(types, 3, 4);
    biography.reopen();
    biography.live(types, 4, 6);
  },
};

let made: Promise<readonly Specimen[]> | undefined;

/** All of them. Made once a process: it takes a moment. */
export function allSpecimens(): Promise<readonly Specimen[]> {
  made ??= Promise.all(
    PAIRS.flatMap((types) => Object.keys(WAYS).map((left) => makeSpecimen(left, types))),
  );
  return made;
}

async function makeSpecimen(left: string, types: Types): Promise<Specimen> {
  const machine = new Machine();
  const stranger = new Biography(machine, "/stranger");
  await WAYS[left]?.(stranger, types);
  const biography = new Biography(machine, DATA);
  await WAYS[left]?.(biography, types);
  const all = machine.files();
  const files = filesOf(all, DATA);
  const records = new Map<string, Set<string>>(types.map((type) => [type, new Set<string>()]));
  for (const [name, texts] of biography.moments.flatMap((moment) => [...moment])) {
    for (const text of texts ?? []) records.get(name)?.add(text);
  }
  return {
    name: `a data directory with a ${types.join(" and a ")} that was ${left}`,
    files,
    paths: [...files.keys()].filter((path) => !path.endsWith("/")),
    moments: biography.moments,
    floor: biography.floor,
    marks: biography.marks,
    records,
    donors: [
      ...donors(filesOf(all, "/stranger"), ""),
      ...biography.past.flatMap((past, index) =>
        donors(filesOf(past, DATA), ` when it was looked at for the ${index + 1}. time`),
      ),
    ].filter(isNew(files)),
  };
}

function donors(files: Files, when: string): Donor[] {
  return [...files]
    .filter(([path]) => !path.endsWith("/"))
    .map(([path, content]) => ({ name: path + when, file: nameOf(path), content }));
}

/** Passes for what isn't in the files, and wasn't there before. */
function isNew(files: Files): (donor: Donor) => boolean {
  const textOf = (file: string, content: Buffer) => `${file} ${content.toString("latin1")}`;
  const seen = new Set([...files].map(([path, content]) => textOf(nameOf(path), content)));
  return ({ file, content }) => {
    const text = textOf(file, content);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  };
}

function filesOf(files: Files, dataDir: string): Files {
  return new Map([...files].filter(([path]) => path.startsWith(`${dataDir}/`)));
}
