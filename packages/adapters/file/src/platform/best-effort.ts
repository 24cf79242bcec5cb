/** Does what nothing depends on: if it fails, so be it. */
export function bestEffort(act: () => void): void {
  try {
    act();
  } catch {}
}
