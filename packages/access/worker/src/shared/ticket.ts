/** What `shareStore` returns: plain data, to be handed to threads by `workerData` or a message, as often as one likes. */
export interface StoreTicket {
  readonly version: 1;
  /** The shared memory of the owner's thread. */
  readonly memory: SharedArrayBuffer;
  /** Where in it the store is. */
  readonly address: number;
  /** What stands there as long as the store is shared. */
  readonly state: number;
}
