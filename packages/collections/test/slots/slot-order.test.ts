import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SlotOrder } from "../../src/slots/slot-order.js";
import type { Slots } from "../../src/slots/slots.js";

type Item = { slot: number };

/** Items that know their slots. Counts how many are moved. */
class Row implements Slots {
  readonly slots: (Item | number)[] = [];
  moves = 0;

  get length(): number {
    return this.slots.length;
  }

  add(): Item {
    const item = { slot: this.length };
    this.slots.push(item);
    return item;
  }

  holeAt(slot: number): number {
    const found = this.slots[slot];
    return typeof found === "number" ? found : -1;
  }

  dig(slot: number, number: number): void {
    this.slots[slot] = number;
  }

  move(from: number, to: number): void {
    const item = this.slots[from];
    if (typeof item !== "object" || to >= from) throw new Error(`${from} to ${to} is no move`);
    this.slots[to] = item;
    item.slot = to;
    this.moves++;
  }

  truncate(length: number): void {
    this.slots.length = length;
  }

  itemAt(slot: number): Item {
    const item = this.slots[slot];
    if (typeof item !== "object" || item.slot !== slot) throw new Error(`no item at ${slot}`);
    return item;
  }
}

/** An order, and the array of items that it should be. */
class Twins {
  readonly row = new Row();
  readonly order = new SlotOrder(this.row);
  readonly model: Item[] = [];

  add(count: number): void {
    for (let left = count; left > 0; left--) this.model.push(this.row.add());
  }

  remove(from: number, count: number): void {
    for (const item of this.model.splice(from, count)) {
      this.order.remove(item.slot);
      this.order.closeSomeHoles();
    }
  }

  check(): void {
    const { order, row, model } = this;
    expect(order.size).toBe(model.length);
    let slot = -1;
    for (const item of model) {
      slot = order.after(slot);
      if (row.itemAt(slot) !== item) expect.unreachable(`another item at ${slot}`);
    }
    expect(order.after(slot)).toBe(row.length);
    slot = row.length;
    for (const item of model.toReversed()) {
      slot = order.before(slot);
      if (row.itemAt(slot) !== item) expect.unreachable(`another item at ${slot}`);
    }
    expect(order.before(slot)).toBe(-1);
    // A hole keeps nothing alive.
    expect(row.slots.filter((found) => typeof found === "object")).toHaveLength(model.length);
  }
}

describe("an order that closes some holes for each item that is removed", () => {
  test("is that of an array, and its cursors see what was there throughout, once", () => {
    const change = fc.record({
      kind: fc.constantFrom("add", "remove", "remove", "remove", "open", "clear"),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      count: fc.integer({ min: 1, max: 150 }),
      steps: fc.nat(40),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 5, maxLength: 30 }), (changes) => {
        const twins = new Twins();
        const cursors: { scan: Iterator<Item>; left: Set<Item>; began: Set<Item> }[] = [];
        const step = ({ scan, left, began }: (typeof cursors)[number]) => {
          const turn = scan.next();
          if (turn.done) {
            expect(twins.model.filter((item) => left.has(item))).toEqual([]);
            return false;
          }
          // Seen twice, or that came after the cursor: both aren't left.
          if (!left.delete(turn.value)) expect.unreachable(began.has(turn.value) ? "twice" : "new");
          return true;
        };
        twins.add(300);
        for (const { kind, from, count, steps } of changes) {
          if (kind === "add") twins.add(count);
          else if (kind === "remove") twins.remove(Math.floor(from * twins.model.length), count);
          else if (kind === "open") {
            const scan = twins.order.scan((slot) => twins.row.itemAt(slot))[Symbol.iterator]();
            cursors.push({ scan, left: new Set(twins.model), began: new Set(twins.model) });
          } else if (count > 140) {
            twins.order.clear();
            twins.model.length = 0;
          }
          twins.check();
          for (const cursor of cursors) for (let at = 0; at < steps && step(cursor); at++);
        }
        for (const cursor of cursors) while (step(cursor));
      }),
      { numRuns: 150 },
    );
  });

  test("is that of an array when items are removed that are about to move", () => {
    for (let index = 0; index < 120; index++) {
      const twins = new Twins();
      twins.add(2_000);
      // That is when it begins to move them.
      twins.remove(0, 1_017);
      expect(twins.row.moves).toBeGreaterThan(0);
      for (const count of [1, 1, 20, 1]) {
        twins.remove(index, count);
        twins.check();
      }
      twins.remove(0, 100);
      twins.check();
    }
  });

  test("moves a few items at a time, each at most once for each that is removed", () => {
    const twins = new Twins();
    twins.add(20_000);
    let most = 0;
    for (let left = 20_000; left > 0; left--) {
      const { moves } = twins.row;
      twins.remove(0, 1);
      most = Math.max(most, twins.row.moves - moves);
    }
    expect(most).toBe(64);
    expect(twins.row.moves).toBeLessThan(20_000);
    expect(twins.row.length).toBeLessThan(100);
  });

  test("of a queue stays about as long as the queue", () => {
    const twins = new Twins();
    twins.add(1_000);
    for (let round = 0; round < 20_000; round++) {
      twins.add(1);
      twins.remove(0, 1);
      if (twins.row.length > 2_300) expect.unreachable(`${twins.row.length} slots`);
    }
    twins.check();
  });
});
