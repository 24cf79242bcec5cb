/**
 * A value as it is read: what is nested in it can't be changed, all the way down. Maps and Sets are `ReadonlyMap` and
 * `ReadonlySet`; what TypeScript has no read-only form of (`Date`, typed arrays, `ArrayBuffer`) stays as it is.
 */
export type DeepReadonly<T> = DeepReadonlyAt<T, []>;

/** The opposite of {@link DeepReadonly}: everything in it can be changed, all the way down. What `mutable` returns. */
export type DeepMutable<T> = DeepMutableAt<T, []>;

// Objects, and arrays as written here, TypeScript looks through only as deep as they are used. Tuples it looks through
// at once: `Level` counts them, or one that contains itself would have no end.
type DeepReadonlyAt<T, Level extends readonly unknown[]> = unknown extends T
  ? T
  : T extends Leaf
    ? T
    : T extends readonly unknown[]
      ? T[number][] extends T
        ? readonly DeepReadonlyAt<T[number], []>[]
        : Level["length"] extends DeepestTuple
          ? Readonly<T>
          : { readonly [I in keyof T]: DeepReadonlyAt<T[I], [...Level, unknown]> }
      : T extends ReadonlyMap<infer K, infer V>
        ? ReadonlyMap<DeepReadonlyAt<K, []>, DeepReadonlyAt<V, []>>
        : T extends ReadonlySet<infer E>
          ? ReadonlySet<DeepReadonlyAt<E, []>>
          : { readonly [P in keyof T]: DeepReadonlyAt<T[P], []> };

type DeepMutableAt<T, Level extends readonly unknown[]> = unknown extends T
  ? T
  : T extends Leaf
    ? T
    : T extends readonly unknown[]
      ? T[number][] extends T
        ? DeepMutableAt<T[number], []>[]
        : Level["length"] extends DeepestMutableTuple
          ? { -readonly [I in keyof T]: T[I] }
          : { -readonly [I in keyof T]: DeepMutableAt<T[I], [...Level, unknown]> }
      : T extends ReadonlyMap<infer K, infer V>
        ? Map<DeepMutableAt<K, []>, DeepMutableAt<V, []>>
        : T extends ReadonlySet<infer E>
          ? Set<DeepMutableAt<E, []>>
          : { -readonly [P in keyof T]: DeepMutableAt<T[P], []> };

type DeepestTuple = 6;
// Deeper than the other, and by more than the record itself: what that made read-only, this makes mutable again.
type DeepestMutableTuple = 8;

type Leaf =
  | string
  | number
  | bigint
  | boolean
  | symbol
  | null
  | undefined
  | Date
  | ArrayBuffer
  | ArrayBufferView
  | ((...parameters: never) => unknown);
