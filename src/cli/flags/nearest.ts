/** The known word that `word` was probably meant to be: one or two slips away, or a longer word that it begins. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length < 2) return undefined;
  let best: string | undefined;
  let bestDistance = word.length > 4 ? 3 : 2;
  for (const candidate of known) {
    const distance = candidate.startsWith(word) ? 1 : slips(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** How many letters were left out, added, changed, or swapped with their neighbour. */
function slips(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  const rows = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  const cell = (row: number, column: number) => rows[row]?.[column] ?? 3;
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= b.length; column++) {
      const change = cell(row - 1, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = swapped ? cell(row - 2, column - 2) + 1 : change;
      current.push(Math.min(change, swap, cell(row - 1, column) + 1, cell(row, column - 1) + 1));
    }
  }
  return cell(a.length, b.length);
}
