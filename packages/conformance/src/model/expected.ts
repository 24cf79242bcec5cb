import type { StoreErrorCode } from "@store/core";

/** Thrown by the model for a call that must fail. */
export class Expected extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode) {
    super(code);
    this.code = code;
  }
}
