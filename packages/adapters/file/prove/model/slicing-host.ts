import { ManualHost, ManualWorld } from "../../simulation/manual-host.js";
import type { ProcessIdentity, Timer } from "../../src/platform/host.js";

/** A process whose time goes on whenever it looks: what works in slices never gets far in one. */
export class SlicingHost extends ManualHost {
  readonly #shared: ManualWorld;
  readonly #onDefer: () => void;
  #looks = 0;

  /** @param onDefer called when something was deferred, which waits for {@link ManualHost.runDeferred} */
  constructor(
    onDefer: () => void,
    identity: Partial<ProcessIdentity> = {},
    world = new ManualWorld(),
  ) {
    super(identity, world);
    this.#shared = world;
    this.#onDefer = onDefer;
  }

  override spawn(identity: Partial<ProcessIdentity> = {}): SlicingHost {
    return new SlicingHost(this.#onDefer, identity, this.#shared);
  }

  override monotonicTime(): number {
    return super.monotonicTime() + ++this.#looks;
  }

  override defer(callback: () => void): Timer {
    this.#onDefer();
    return super.defer(callback);
  }
}
