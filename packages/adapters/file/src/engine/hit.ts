/** Where the value of an entry that was found is. */
export interface Hit {
  buffer: Buffer;
  valueStart: number;
  valueEnd: number;
}
