import { Compaction } from "./compaction.js";
import type { DiskLog } from "./disk-log.js";

/** Fewer dead bytes than this aren't worth a compaction; nor is less than half of all bytes. */
const DEAD_BYTES = 2 ** 20;
/** So much is written together anew while the caller waits for `close`. */
const QUICK_BYTES = 2 ** 22;

/** When a log is written together anew. */
export class CompactionSchedule {
  readonly #log: DiskLog;
  /** Gets the failure of one that nobody waits for. */
  readonly #onFailure: (failure: unknown) => void;
  #running: Compaction | undefined;
  /** After one failed: when so many bytes are there, try again. */
  #from = 0;

  constructor(log: DiskLog, onFailure: (failure: unknown) => void) {
    this.#log = log;
    this.#onFailure = onFailure;
  }

  /** After each change: begins one in the background if it is due. */
  afterChange(): void {
    if (this.#running !== undefined || !this.#isDue()) return;
    this.#running = new Compaction(this.#log);
    this.#running.runInBackground((failure) => {
      this.#running = undefined;
      if (failure !== undefined) this.#failed(failure);
    });
  }

  /** Goes through with one, if it is due, while the caller waits. */
  runNow(): void {
    if (!this.#isDue()) return;
    try {
      new Compaction(this.#log).runNow();
    } catch (failure) {
      this.#failed(failure);
    }
  }

  /** {@link runNow}, if it is quickly done. */
  runQuickOne(): void {
    if (this.#log.liveBytes <= QUICK_BYTES) this.runNow();
  }

  /** One is over. */
  succeeded(): void {
    this.#from = 0;
  }

  /** Stops the one that is under way. */
  abandon(): void {
    this.#running?.abandon();
  }

  #failed(failure: unknown): void {
    this.#from = 1.5 * this.#log.files.bytes;
    this.#onFailure(failure);
  }

  #isDue(): boolean {
    const { bytes } = this.#log.files;
    const dead = bytes - this.#log.liveBytes;
    return dead > DEAD_BYTES && dead > bytes / 2 && bytes >= this.#from;
  }
}
