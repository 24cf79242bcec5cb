import { dirname } from "node:path";
import { type Fault, type FaultFamily, familyOf } from "./fault.js";
import type { Subject } from "./subject.js";

/** Names under which a file that comes in from elsewhere could be taken for one of the table. */
const NEW_NAMES = ["000009.log", "000009.base", "000009.hint", "000009", "MANIFEST.9.tmp"];
const NEW_EPOCH = "E000009";

/**
 * Every two files have changed places; every one is another table's, or what it, or another one, once was; every choice
 * of them is gone; or there is one more.
 */
export function fileFaults(subject: Subject): FaultFamily {
  return familyOf([
    ...exchanges(subject),
    ...replacements(subject),
    ...losses(subject),
    ...additions(subject),
  ]);
}

function exchanges({ files, paths }: Subject): readonly (() => Fault)[] {
  return paths.flatMap((a, index) =>
    paths.slice(index + 1).map((b) => () => ({
      name: `${a} and ${b} have changed places`,
      changes: new Map([
        [a, files.get(b)],
        [b, files.get(a)],
      ]),
    })),
  );
}

function replacements({ paths, donors }: Subject): readonly (() => Fault)[] {
  return paths.flatMap((path) =>
    donors.map(({ name, content }) => () => ({
      name: `${name} is in place of ${path}`,
      changes: new Map([[path, content]]),
    })),
  );
}

function losses({ paths }: Subject): readonly (() => Fault)[] {
  return Array.from({ length: 2 ** paths.length - 1 }, (_, index) => () => {
    const gone = paths.filter((_path, bit) => ((index + 1) >> bit) & 1);
    return {
      name: `${gone.join(", ")} are gone`,
      changes: new Map(gone.map((path) => [path, undefined])),
    };
  });
}

function additions({ paths, donors }: Subject): readonly (() => Fault)[] {
  const epochs = [...new Set(paths.map(dirname))];
  const later = `${dirname(epochs[0] as string)}/${NEW_EPOCH}`;
  return donors.flatMap(({ name, file, content }) => {
    const inEpochs = epochs.flatMap((epoch) =>
      [file, ...NEW_NAMES]
        .map((newName) => `${epoch}/${newName}`)
        .filter((path) => !paths.includes(path)),
    );
    // A manifest there would say what the table is.
    const inLater = file === "MANIFEST" ? [] : [`${later}/${file}`];
    return [...inEpochs, ...inLater].map((path) => () => ({
      name: `${name} is there as ${path}, too`,
      changes: new Map([[path, content]]),
    }));
  });
}
