import { Output } from "../bytes/output.js";

/** The bytes of a record, and what is known of it while it is written. */
export class RecordOutput extends Output {
  /** Whether equal values get equal bytes, whatever the order of their parts. */
  readonly isCanonical: boolean;
  /** Another one for each record that has a shape; 0 before the first one. */
  stamp = 0;
  /** How many shapes were listed. */
  shapes = 0;
  /** Whether `for in` visits an object's own properties only: nobody has added one to all objects. */
  inheritsNothing = true;

  constructor(isCanonical: boolean) {
    super("STORE_INVALID_RECORD");
    this.isCanonical = isCanonical;
  }

  /** Begins to list shapes. */
  beginShapes(): void {
    this.stamp = ++lastStamp;
    this.shapes = 0;
    this.inheritsNothing = isEmpty(Object.prototype);
  }
}

let lastStamp = 0;

function isEmpty(prototype: object): boolean {
  for (const _ in prototype) return false;
  return true;
}
