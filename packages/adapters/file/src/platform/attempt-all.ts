/** Does one thing after the other, also when some fail. Throws the first failure in the end. */
export function attemptAll(...acts: readonly (() => void)[]): void {
  const failures: unknown[] = [];
  for (const act of acts) {
    try {
      act();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
