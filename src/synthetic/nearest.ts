/** The names that a mistyped one may have meant, the likeliest first. */
export function nearest(name: string, names: readonly string[], most = 3): string[] {
  const distances = names.map((each) => [each, distance(name.toLowerCase(), each)] as const);
  return distances
    .sort(([, one], [, other]) => one - other)
    .slice(0, most)
    .map(([each]) => each);
}

/** Letters to change, add or leave out (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (let column = 0; column < other.length; column += 1) {
      const changed = (row[column] ?? 0) + (other[column] === letter ? 0 : 1);
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
