/** Numbers that look random and are the same each time for one seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Those of one case of a campaign: near seeds and numbers have nothing in common. */
  static of(seed: number, number: number): Random {
    return new Random(Math.imul(new Random(seed).next() ^ number, 0x9e3779b1));
  }

  /** 32 bits, as an integer that may be negative. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return bits ^ (bits >>> 14);
  }

  /** An integer from 0 up to, but not, `end`. */
  below(end: number): number {
    return Math.floor(((this.next() >>> 0) / 2 ** 32) * end);
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new RangeError("nothing to pick from");
    return choices[this.below(choices.length)] as T;
  }
}
