import type { StoreErrorCode } from "@store/core";

/** How the model says that a call must fail. */
export class Expected extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode) {
    super(code);
    this.code = code;
  }
}
