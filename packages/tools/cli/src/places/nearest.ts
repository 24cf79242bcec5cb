/** Of some words, the one that was probably meant; undefined if none is near. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const other of new Set(words)) {
    const edits = distance(word, other, least);
    if (edits < least) {
      best = other;
      least = edits;
    }
  }
  return best;
}

/** How many letters to insert, remove, replace, or exchange with their neighbour; at least `limit` if it is so much. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isExchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const exchanged = isExchanged ? (before[j - 2] as number) + 1 : replaced;
      const shorter = Math.min(row[j] as number, next[j - 1] as number) + 1;
      next.push(Math.min(replaced, exchanged, shorter));
    }
    before = row;
    row = next;
  }
  return row[b.length] as number;
}
