import type { Random } from "../random.js";
import type { DirectoryOptions } from "../workload/machine.js";
import { type Bounds, isWithin } from "../workload/oracle.js";
import { ExhaustiveChooser, RandomChooser } from "./chooser.js";
import type { DiskState } from "./disk-state.js";
import type { Image } from "./image.js";
import { type Recovered, recover, recoverTraced } from "./recovery.js";
import type { Event } from "./trace.js";

/** How much is tried after each event. */
export interface Thoroughness {
  /** All images that there may be, if they are no more than so many. */
  readonly all: number;
  /** Else so many, at random. */
  readonly some: number;
  /** Of so many images, one has its recovery cut off, too. Default: 60. */
  readonly deeper?: number;
}

const DEEPER = 60;
const DEEPER_THOROUGHNESS: Thoroughness = { all: 12, some: 6 };
const MANY_FAILURES = 3;

/** Cuts the power after each event of a life, lets the data directory recover from what may be on the disk, and looks at it. */
export class Exploration {
  readonly failures: string[] = [];
  /** After how many events the power was cut; after how many of them all images were looked at that there may be. */
  moments = 0;
  whole = 0;
  /** How many images were looked at that are left by a recovery that was cut off. */
  deeper = 0;
  readonly #options: DirectoryOptions;
  readonly #random: Random;
  readonly #recovered = new Map<bigint, Recovered>();

  constructor(options: DirectoryOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  /** The hashes of all images. */
  get images(): BigUint64Array {
    return BigUint64Array.from(this.#recovered.keys());
  }

  /** @param states what the bounds of the events are about */
  explore(
    disk: DiskState,
    events: readonly Event[],
    states: readonly string[],
    thoroughness: Thoroughness,
    depth = 1,
  ): void {
    for (const [number, { happening, bounds }] of events.entries()) {
      disk.happen(happening);
      this.moments++;
      for (const image of this.#imagesOf(disk, thoroughness)) {
        const isNew = !this.#recovered.has(image.hash);
        const wrong = this.#check(image, states, bounds);
        if (wrong !== undefined) {
          this.failures.push(
            `power was cut at depth ${depth} after event ${number}, ${describe(events, number)}: ${wrong}\n${describeImage(image)}`,
          );
        } else if (isNew && depth === 1 && this.#random.oneIn(thoroughness.deeper ?? DEEPER))
          this.exploreRecovery(image);
        if (this.failures.length >= MANY_FAILURES) return;
      }
    }
  }

  /**
   * Cuts the power while it recovers from an image. Whenever that is, the next recovery comes to the same.
   * @param isDamaged whether bytes of the image were changed
   * @returns false if it can't be opened from that image
   */
  exploreRecovery(image: Image, isDamaged = false): boolean {
    const { recovered, disk, events } = recoverTraced(image, this.#options, isDamaged);
    if ("wrong" in recovered) return false;
    const before = this.#recovered.size;
    this.explore(disk, events, [recovered.state], DEEPER_THOROUGHNESS, 2);
    this.deeper += this.#recovered.size - before;
    return true;
  }

  #check(image: Image, states: readonly string[], bounds: Bounds): string | undefined {
    let recovered = this.#recovered.get(image.hash);
    if (recovered === undefined) {
      recovered = recover(image, this.#options);
      this.#recovered.set(image.hash, recovered);
    }
    if ("wrong" in recovered) return recovered.wrong;
    const { state } = recovered;
    if (isWithin(states, bounds, state)) return undefined;
    const found = states.lastIndexOf(state);
    return `state ${found} of ${bounds.floor} to ${bounds.ceiling} has come back:\n${state}`;
  }

  *#imagesOf(disk: DiskState, { all, some }: Thoroughness): Iterable<Image> {
    const chooser = new ExhaustiveChooser();
    const images: Image[] = [];
    do images.push(disk.image(chooser));
    while (chooser.next() && images.length <= all);
    if (images.length <= all) {
      this.whole++;
      yield* images;
      return;
    }
    for (let sample = 0; sample < some; sample++) {
      yield disk.image(new RandomChooser(this.#random));
    }
  }
}

function describe(events: readonly Event[], number: number): string {
  return events
    .slice(Math.max(0, number - 3), number + 1)
    .map(({ happening }) => happening.kind)
    .join(", ");
}

function describeImage({ files }: Image): string {
  return [...files].map(([path, content]) => `  ${path}: ${content.length} bytes`).join("\n");
}
