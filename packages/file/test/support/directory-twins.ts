import type { Key, ScanRange } from "@store/core";
import { expect } from "vitest";
import { type BagDirectory, type Directory, WHOLE_DIRECTORY } from "../../src/directory.js";
import { numbersIn, OrderedWalk, UnorderedWalk, type Walk } from "./directory-walk.js";
import { FakeLog, type Item, keyOf, numberOf } from "./fake-log.js";

/** What the model knows of a key: its records, in the order they came, and when it came. */
interface Present {
  readonly identity: number;
  readonly items: Item[];
}

/** `toEqual` for numbers and the like, at a speed for thousands of them. */
export function expectSame<T>(actual: Iterable<T>, expected: readonly T[]): void {
  const items = [...actual];
  const isSame = items.length === expected.length && items.every((it, at) => it === expected[at]);
  if (!isSame) expect(items).toEqual(expected);
}

/** A directory and its model, which get the same calls. */
export abstract class DirectoryTwins<D extends Directory> {
  readonly directory: D;
  readonly log = new FakeLog();
  protected readonly model = new Map<number, Present>();
  #walks: Walk[] = [];
  #relocation: { readonly steps: Iterator<void>; end(): void } | undefined;
  #serial = 0;

  constructor(createDirectory: (log: FakeLog) => D) {
    this.directory = createDirectory(this.log);
  }

  /** Whether a record replaces that of its key. */
  protected abstract readonly isSet: boolean;
  protected abstract readonly isOrdered: boolean;

  /** Of the model. */
  get size(): number {
    let size = 0;
    for (const { items } of this.model.values()) size += items.length;
    return size;
  }

  put(key: number, content = 0): void {
    const present = this.model.get(key) ?? { identity: this.#serial++, items: [] };
    const { identity, items } = present;
    const before = this.isSet ? items.splice(0) : [];
    const length = content % 5 === 0 ? 2 ** 32 - 1 - content : content + 1;
    const item = { key, identity: this.isSet ? identity : this.#serial++, content, length };
    const freed = this.directory.put(keyOf(key), this.log.append(item), length);
    expect(freed).toBe(before[0]?.length ?? 0);
    items.push(item);
    this.model.set(key, present);
  }

  remove(key: number): void {
    const items = this.model.get(key)?.items ?? [];
    expect(this.directory.remove(keyOf(key))).toBe(bytesOf(items));
    this.forget(key, items);
  }

  clear(): void {
    this.directory.clear();
    for (const [key, { items }] of this.model) this.forget(key, items);
  }

  /** Begins to go through keys or records. */
  open(part: "keys" | "records", range: ScanRange): void {
    this.#walks.push(part === "keys" ? this.#openKeys(range) : this.#openRecords(range));
  }

  /** Lets each walk go on by so many steps. */
  step(count: number): void {
    for (const walk of this.#walks) {
      for (let left = count; left > 0 && !walk.isDone; left--) walk.step();
    }
    this.#walks = this.#walks.filter(({ isDone }) => !isDone);
  }

  /** Begins to bring the records into a new file. One that has begun before is given up. */
  relocate(isBefore: boolean): void {
    const { move, end } = this.log.compact(isBefore);
    const asked = new Set<Item>();
    const steps = this.directory.relocate((position) => {
      const item = this.log.itemAt(position);
      if (asked.has(item)) expect.unreachable("a record is moved twice");
      asked.add(item);
      return move(position);
    });
    this.#relocation = { steps, end };
  }

  /** Goes on with it. */
  stepRelocation(): void {
    if (!this.#relocation?.steps.next().done) return;
    // From here on, an old position names nothing.
    this.#relocation.end();
    this.#relocation = undefined;
    this.check();
  }

  /** Brings everything that has begun to its end. */
  finish(): void {
    while (this.#walks.length > 0) this.step(100);
    while (this.#relocation !== undefined) this.stepRelocation();
    this.check();
  }

  check(): void {
    const { directory } = this;
    const keys = this.#keys();
    const items = keys.flatMap((key) => this.model.get(key)?.items ?? []);
    expect(directory.size).toBe(items.length);
    expectSame([...directory.keys(WHOLE_DIRECTORY)].map(numberOf), keys);
    expectSame([...this.scan(WHOLE_DIRECTORY)].map(this.#itemOf), items);
    this.#checkNeighbours(keys);
    const positions = new Set<number>();
    for (const key of keys) {
      const entries = directory.entriesOf(keyOf(key));
      expectSame(entries.map(this.#itemOf), this.model.get(key)?.items ?? []);
      for (const entry of entries) {
        if (directory.lengthOf(entry) !== this.#itemOf(entry).length) expect.unreachable("length");
        positions.add(directory.positionOf(entry));
      }
    }
    for (const [position, { key }] of this.log.positions()) {
      const holds = directory.holds(keyOf(key), position);
      if (holds !== positions.has(position)) expect.unreachable(`holds says ${holds}`);
    }
  }

  /** The entries of all records. */
  scan(range: ScanRange): IterableIterator<number> {
    return this.directory.scan(range, (entry, key) => {
      if (numberOf(key) !== this.#itemOf(entry).key) expect.unreachable("another key");
      return entry;
    });
  }

  protected forget(key: number, gone: readonly Item[]): void {
    const present = this.model.get(key);
    if (present === undefined) return;
    const isGone = new Set(gone);
    const identities = gone.map(({ identity }) => identity);
    const { items } = present;
    items.splice(0, items.length, ...items.filter((item) => !isGone.has(item)));
    if (items.length === 0) {
      this.model.delete(key);
      identities.push(present.identity);
    }
    for (const walk of this.#walks) for (const identity of identities) walk.remove(identity);
  }

  /** In the directory's order. */
  #keys(): number[] {
    const keys = this.model.keys();
    return this.isOrdered ? numbersIn(keys, WHOLE_DIRECTORY) : [...keys];
  }

  #checkNeighbours(keys: readonly number[]): void {
    const { directory } = this;
    const up: number[] = [];
    for (let key = directory.firstKey(); key !== undefined; key = directory.keyAfter(key)) {
      up.push(numberOf(key));
    }
    expectSame(up, keys);
    const down: number[] = [];
    for (let key = directory.lastKey(); key !== undefined; key = directory.keyBefore(key)) {
      down.push(numberOf(key));
    }
    expectSame(down, keys.toReversed());
    for (let number = 0; number < 60; number++) {
      const key = keyOf(number);
      expect(directory.has(key)).toBe(this.model.has(number));
      if (this.model.has(number)) continue;
      expect(directory.entriesOf(key)).toEqual([]);
      const after = this.isOrdered ? keys.find((each) => each > number) : undefined;
      const before = this.isOrdered ? keys.findLast((each) => each < number) : undefined;
      expect(numberOrNone(directory.keyAfter(key))).toBe(after);
      expect(numberOrNone(directory.keyBefore(key))).toBe(before);
    }
  }

  #openKeys(range: ScanRange): Walk {
    const iterator = this.directory.keys(range);
    if (this.isOrdered) return new OrderedWalk(iterator, range, () => this.model.keys(), numberOf);
    const identities = [...this.model.values()].map(({ identity }) => identity);
    const identify = (key: Key) => this.model.get(numberOf(key))?.identity ?? -1;
    return new UnorderedWalk(iterator, identities, identify);
  }

  #openRecords(range: ScanRange): Walk {
    const iterator = this.scan(range);
    if (this.isOrdered) {
      return new OrderedWalk(
        iterator,
        range,
        () => this.model.keys(),
        (e) => this.#itemOf(e).key,
      );
    }
    const identities = [...this.model.values()].flatMap(({ items }) =>
      items.map((it) => it.identity),
    );
    const passed = new Set<number>();
    let current = -1;
    return new UnorderedWalk(iterator, identities, (entry) => {
      const item = this.#itemOf(entry);
      const { key, identity } = item;
      if (this.isSet && this.model.get(key)?.items[0] !== item) expect.unreachable("replaced");
      if (key !== current) passed.add(current);
      current = key;
      if (passed.has(key)) expect.unreachable("the records of a key don't stand together");
      return identity;
    });
  }

  readonly #itemOf = (entry: number): Item => this.log.itemAt(this.directory.positionOf(entry));
}

function bytesOf(items: readonly Item[]): number {
  return items.reduce((sum, { length }) => sum + length, 0);
}

function numberOrNone(key: Key | undefined): number | undefined {
  return key === undefined ? undefined : numberOf(key);
}

/** {@link DirectoryTwins} of a bag. */
export class BagTwins extends DirectoryTwins<BagDirectory> {
  protected readonly isSet = false;
  protected readonly isOrdered = false;

  /** Removes the records of some keys that have this content, or only the first of each key. */
  removeEqual(keys: readonly number[], content: number, onlyFirst: boolean): void {
    // As a table does: it finds all before it removes any.
    const found = keys.map((key) => this.find(key, content));
    for (const [index, key] of keys.entries()) {
      const equal = this.equal(key, content);
      const gone = onlyFirst ? equal.slice(0, 1) : equal;
      const entries = (found[index] ?? []).slice(0, gone.length);
      expect(this.directory.removeEntries(keyOf(key), entries)).toBe(bytesOf(gone));
      this.forget(key, gone);
    }
  }

  /** Compares what is found of a content with the model. */
  find(key: number, content: number): readonly number[] {
    const { directory } = this;
    const itemOf = (entry: number) => this.log.itemAt(directory.positionOf(entry));
    const found = directory.findEqual([keyOf(key), content], (entry) => {
      const item = itemOf(entry);
      return [keyOf(item.key), item.content];
    });
    expectSame(found.map(itemOf), this.equal(key, content));
    return found;
  }

  protected equal(key: number, content: number): readonly Item[] {
    return (this.model.get(key)?.items ?? []).filter((item) => item.content === content);
  }
}
