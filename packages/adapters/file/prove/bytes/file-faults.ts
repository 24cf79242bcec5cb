import { dirname } from "node:path";
import { type Fault, type FaultFamily, familyOf } from "./fault.js";
import type { Specimen } from "./specimen.js";

/** Names under which a file that comes in from elsewhere could be taken for one of the directory. */
const NEW_NAMES = ["000099.log", "000099.run", "000099", "MANIFEST.9.tmp", "DAMAGED"];
const NEW_EPOCH = "E000099";

/**
 * Every two files have changed places; every one is another directory's, or what it, or another one, once was; every choice
 * of them is gone; or there is one more.
 */
export function fileFaults(specimen: Specimen): FaultFamily {
  return familyOf([
    ...exchanges(specimen),
    ...replacements(specimen),
    ...losses(specimen),
    ...additions(specimen),
  ]);
}

function exchanges({ files, paths }: Specimen): readonly (() => Fault)[] {
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

function replacements({ paths, donors }: Specimen): readonly (() => Fault)[] {
  return paths.flatMap((path) =>
    donors.map(({ name, content }) => () => ({
      name: `${name} is in place of ${path}`,
      changes: new Map([[path, content]]),
    })),
  );
}

function losses({ paths }: Specimen): readonly (() => Fault)[] {
  return Array.from({ length: 2 ** paths.length - 1 }, (_, index) => () => {
    const gone = paths.filter((_path, bit) => ((index + 1) >> bit) & 1);
    return {
      name: `${gone.join(", ")} are gone`,
      changes: new Map(gone.map((path) => [path, undefined])),
    };
  });
}

function additions({ paths, donors }: Specimen): readonly (() => Fault)[] {
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
