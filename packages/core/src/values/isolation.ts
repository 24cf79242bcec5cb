import { describe, messageOf } from "../errors/describe.js";
import { isRefusal, isStackOverflow, Refusal } from "../errors/errors.js";
import { type CopyRules, copyElement, copyElementsFrom, copyStored, isText } from "./copy.js";
import { copyElements } from "./elements.js";
import { type Key, ownKey, releaseKey } from "./key.js";
import { kindOf } from "./kind.js";
import { checkElement, type StoreRecord, withElementAt } from "./record.js";

const SHARED: CopyRules = { freeze: true, wildcards: false };
const UNSHARED: CopyRules = { freeze: false, wildcards: false };
const BORROWED: CopyRules = { freeze: false, wildcards: false, borrow: true };

/** Elements with parts that can't be frozen. Few programs have any: that is asked first. */
const mutableElements = new WeakSet<object>();
let anyMutable = false;

function remember(element: object): void {
  anyMutable = true;
  mutableElements.add(element);
}

/**
 * Isolation: what a table keeps is out of its users' reach, and the other way round.
 *
 * On the way in each record is copied, once, while it is checked. What comes back depends on the adapter. One that
 * serializes hands out what it decoded anew, and nothing is left to do. One that keeps the elements by reference hands
 * out those, so that
 * 1. what is nested in the elements of a kept record is frozen, deeply, and shared by everyone who reads it;
 * 2. the record and its key aren't frozen and never leave: readers get a copy of both;
 * 3. an element with parts that JavaScript can't freeze (Date, Map, Set, binary data) is remembered, and a record that
 *    has one copied whole.
 */
export class Isolation {
  readonly #byReference: boolean;
  readonly #rules: CopyRules;
  readonly #onMutable: (copy: object) => void;

  /** @param fresh whether each record that comes back is an array made for its reader */
  constructor(serializes: boolean, fresh = false) {
    this.#byReference = !serializes;
    this.#rules = serializes ? UNSHARED : SHARED;
    this.#onMutable = serializes ? () => {} : remember;
    this.release = serializes ? releaseDecoded : fresh ? releaseFresh : releaseKept;
  }

  /** The record to keep for what the user gave: checked, copied, its key normalised. */
  readonly own = (record: unknown): StoreRecord =>
    this.#checked(record, this.#rules, this.#onMutable);

  /**
   * The record to compare with what is kept: checked as {@link own} does, its key normalised, its bytes the caller's own.
   * For a call of a sync adapter, which is over before anybody can change them.
   */
  readonly borrow = (record: unknown): StoreRecord => this.#checked(record, BORROWED, () => {});

  #checked(record: unknown, rules: CopyRules, onMutable: (copy: object) => void): StoreRecord {
    try {
      return this.#copied(record, rules, onMutable);
    } catch (error) {
      if (isRefusal(error) || isStackOverflow(error)) throw error;
      const problem = `the record throws when read: ${messageOf(error)}`;
      throw new Refusal("STORE_INVALID_RECORD", problem, error);
    }
  }

  #copied(record: unknown, rules: CopyRules, onMutable: (copy: object) => void): StoreRecord {
    if (!Array.isArray(record) || record.length === 0 || kindOf(record) !== "array") {
      throw new Refusal(
        "STORE_INVALID_RECORD",
        `a record is a tuple [key, ...elements]; got ${describe(record)}`,
      );
    }
    const owned = copyElements(record);
    const key = ownKey(owned[0]);
    owned[0] = key;
    copyElementsFrom(1, owned, rules, onMutable);
    return owned as unknown as StoreRecord;
  }

  /** The element to keep for what the user gave. */
  ownElement(value: unknown, position: number): OwnedElement {
    if (isText(value)) return { position, value };
    const copy = copyElement(value, this.#rules, position);
    if (copy.mutable) this.#onMutable(copy.value as object);
    return { position, value: copy.value };
  }

  /** `record`, one of the table's own, with an element replaced. */
  withElement(record: StoreRecord, element: OwnedElement): StoreRecord {
    checkElement(record, element.position);
    return withElementAt(record, element.position, element.value);
  }

  /** Whether releasing the records of a key may recurse: then it may fail near the end of the stack. */
  mayCopyDeeply(key: Key): boolean {
    return this.#byReference && (anyMutable || (Array.isArray(key) && key.some(Array.isArray)));
  }

  /** The record to give to the user for one that the adapter returned. */
  readonly release: (record: StoreRecord) => StoreRecord;

  /** {@link release} for each record of an array, which belongs to the caller. */
  readonly releaseAll = (records: StoreRecord[]): StoreRecord[] => {
    if (!this.#byReference) return records;
    const { release } = this;
    for (let index = 0; index < records.length; index++) {
      records[index] = release(records[index] as StoreRecord);
    }
    return records;
  };
}

/** An element that only the table holds, and where it goes. */
export interface OwnedElement {
  readonly position: number;
  readonly value: unknown;
}

function releaseDecoded(record: StoreRecord): StoreRecord {
  return record;
}

function releaseKept(record: StoreRecord): StoreRecord {
  return releaseFresh(record.slice() as unknown as StoreRecord);
}

/** Takes the key and what is mutable out of the table's reach, in an array that only the reader will have. */
function releaseFresh(record: StoreRecord): StoreRecord {
  if (anyMutable && record.some(isMutable)) return copyRecord(record);
  const key = record[0];
  if (typeof key === "object" && key !== null) (record as [Key, ...unknown[]])[0] = releaseKey(key);
  return record;
}

function isMutable(element: unknown): boolean {
  return typeof element === "object" && element !== null && mutableElements.has(element);
}

function copyRecord(record: StoreRecord): StoreRecord {
  return record.map(copyStored) as unknown as StoreRecord;
}
