/** The candidates that a typing slip away from `text` could have meant, nearest first, at most `limit`. */
export function nearestSpellings(text: string, candidates: Iterable<string>, limit = 3): string[] {
  const worst = Math.max(1, Math.floor(text.length / 3));
  const found: { candidate: string; distance: number }[] = [];
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - text.length) > worst) continue;
    const distance = editDistance(text, candidate);
    if (distance <= worst) found.push({ candidate, distance });
  }
  found.sort((left, right) => left.distance - right.distance || (left.candidate < right.candidate ? -1 : 1));
  return found.slice(0, limit).map((entry) => entry.candidate);
}

/** A hint for a text that is none of the valid ones, each of which it names once. */
export function spellingHint(text: string, valid: readonly string[]): string {
  const nearest = nearestSpellings(text, valid);
  return nearest.length > 0 ? `did you mean ${nearest.join(" or ")}?` : `use one of ${valid.join(", ")}`;
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other. */
export function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      let best = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      if (
        row > 1 &&
        column > 1 &&
        left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1]
      ) {
        best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? 0;
}
