/** A number for each group; a group is its values, in the order of a query's columns. */
export type Groups = ReadonlyMap<string, number>;

export function groupOf(...values: readonly unknown[]): string {
  return values.join(' ');
}

/** Adds up numbers of groups. */
export function tally() {
  const groups = new Map<string, number>();
  return {
    groups,
    add(value: number, ...group: readonly unknown[]) {
      const key = groupOf(...group);
      groups.set(key, (groups.get(key) ?? 0) + value);
    },
  };
}
