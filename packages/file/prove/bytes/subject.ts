import type { TableType } from "@store/core";
import { MANIFEST } from "../../src/manifest.js";
import { type LifeStep, lifeOf, shortLifeOf, TYPES } from "../../test/support/life.js";
import { manifestIn } from "../../test/support/manifest-content.js";
import { Biography, type Moment } from "./biography.js";
import { type Files, Machine, nameOf } from "./machine.js";

/** A table, as its last owner left it, and what is known of it. */
export interface Subject {
  readonly name: string;
  readonly table: string;
  readonly type: TableType;
  readonly uuid: string;
  /** All files and directories of the table. */
  readonly files: Files;
  /** The paths of its files. */
  readonly paths: readonly string[];
  readonly moments: readonly Moment[];
  /** The texts of all records that it ever had. */
  readonly records: ReadonlySet<string>;
  /** What never was in those files, or was there once. */
  readonly donors: readonly Donor[];
}

/** The content of another file, or of an earlier one. */
export interface Donor {
  readonly name: string;
  /** The name of that file. */
  readonly file: string;
  readonly content: Buffer;
}

/** How a table lives, and is left. */
type Way = (table: Biography, steps: readonly LifeStep[]) => void;

/** So much that a hint is worth its while. */
const FILLER = "x".repeat(70_000);
const TABLE = "t";
const NOTHING = Buffer.alloc(0);

const killed: Way = (table, steps) => {
  const [first, second] = halves(steps);
  table.live(first);
  table.sync();
  table.live(second);
};

const closed: Way = (table, steps) => {
  table.live(steps);
  table.close();
};

const ofSeveralSegments: Way = (table, steps) => {
  const [first, second] = halves(steps);
  table.live(first);
  table.failWrite();
  killed(table, second);
};

const compacted: Way = (table, steps) => {
  const [first, second] = halves(steps);
  killed(table, first);
  table.open("force");
  killed(table, second);
};

/** The next owner finds changes that may not be on disk, and brings them there. */
const carried: Way = (table, steps) => {
  killed(table, steps);
  table.open();
  table.insert(["last", 1]);
};

/** The hint is about one segment of two. */
const hinted: Way = (table, steps) => {
  const [first, second] = halves(steps);
  table.insert(["filler", FILLER]);
  table.live(first);
  table.close();
  table.open();
  killed(table, second);
};

const openedInVain: Way = (table, steps) => {
  killed(table, steps);
  table.failToOpen();
};

/** All of them. Made once a process: it takes a moment. */
export function allSubjects(): readonly Subject[] {
  made ??= [
    ...TYPES.map((type) => makeSubject("killed", killed, type, longLife(type))),
    ...TYPES.map((type) => makeSubject("compacted", compacted, type)),
    makeSubject("closed", closed, "ordered_set"),
    makeSubject("closed", closed, "duplicate_bag"),
    makeSubject("killed twice", carried, "set"),
    makeSubject("killed twice", carried, "duplicate_bag"),
    makeSubject("killed after a write had failed", ofSeveralSegments, "ordered_set"),
    makeSubject("killed after a write had failed", ofSeveralSegments, "bag"),
    makeSubject("closed with a hint, and then killed", hinted, "set"),
    makeSubject("closed with a hint, and then killed", hinted, "duplicate_bag"),
    makeSubject("killed, and then opened in vain", openedInVain, "set"),
    makeSubject("killed, and then opened in vain", openedInVain, "bag"),
  ];
  return made;
}

let made: readonly Subject[] | undefined;

function makeSubject(
  left: string,
  way: Way,
  type: TableType,
  steps: readonly LifeStep[] = shortLifeOf(type),
): Subject {
  const machine = new Machine();
  const table = new Biography(machine, TABLE, type);
  const others = [
    new Biography(machine, "other", type),
    new Biography(machine, "stranger", typeAfter(type)),
  ];
  for (const other of others) {
    other.insert([other.name, 1]);
    way(other, shortLifeOf(other.type));
  }
  way(table, steps);
  const all = machine.files();
  const files = filesOf(all, TABLE);
  const paths = [...files.keys()].filter((path) => !path.endsWith("/"));
  const manifest = paths.find((path) => nameOf(path) === MANIFEST) ?? "";
  return {
    name: `a ${type} that was ${left}`,
    table: TABLE,
    type,
    uuid: manifestIn(files.get(manifest) ?? NOTHING).uuid,
    files,
    paths,
    moments: table.moments,
    records: table.records,
    donors: [
      ...others.flatMap(({ name }) => donors(filesOf(all, name), "")),
      ...table.past.flatMap((past, index) =>
        donors(filesOf(past, TABLE), ` when it was looked at for the ${index + 1}. time`),
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

function filesOf(files: Files, table: string): Files {
  return new Map([...files].filter(([path]) => path.startsWith(`/data/d/${table}/`)));
}

function halves<T>(all: readonly T[]): readonly [readonly T[], readonly T[]] {
  const middle = Math.ceil(all.length / 2);
  return [all.slice(0, middle), all.slice(middle)];
}

function longLife(type: TableType): readonly LifeStep[] {
  return [...lifeOf(type), ...shortLifeOf(type)];
}

function typeAfter(type: TableType): TableType {
  return TYPES[(TYPES.indexOf(type) + 1) % TYPES.length] ?? type;
}
