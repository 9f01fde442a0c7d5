import type { Line } from '../api.ts';

/** A line as drawn: `slot` is its place in the palette, `dashed` lines are the lower quantiles of a pair. */
export type Drawn = {
  readonly label: string;
  readonly slot: number;
  readonly dashed: boolean;
  readonly values: readonly (number | null)[];
};

/** The protocols look the same in every panel. Other labels get their colours in the order of their coming. */
const known = ['hls', 'dash', 'webrtc', 'native'];
const slots = 6;

/**
 * Lines for one panel, at most `most` groups: those with the highest latest values, the rest summed into `others` where
 * sums make sense. A pair `x p50`, `x p95` is one group.
 *
 * @param taken remembers the colour of each group from call to call.
 */
export function drawn(
  lines: readonly Line[],
  taken: Map<string, number>,
  { most, additive }: { most: number; additive: boolean },
): { shown: Drawn[]; left: number } {
  const groups = new Map<string, Line[]>();
  for (const line of lines) groups.set(groupOf(line.label), [...(groups.get(groupOf(line.label)) ?? []), line]);
  const weight = (group: string) =>
    Math.max(0, ...(groups.get(group) ?? []).map(({ values }) => latest(values)?.value ?? 0));
  const ranked = [...groups.keys()].sort((a, b) => weight(b) - weight(a) || compare(a, b));
  const chosen = ranked.slice(0, ranked.length > most && additive ? most - 1 : most).sort(compare);
  const rest = ranked.filter((group) => !chosen.includes(group));
  const shown = chosen.flatMap((group) =>
    (groups.get(group) ?? [])
      .map(({ label, values }) => ({ label, values, slot: slotOf(group, taken), dashed: / ?p50$/.test(label) }))
      .sort((a, b) => compare(b.label, a.label)),
  );
  if (!additive || rest.length === 0) return { shown, left: rest.length };
  const others = rest.flatMap((group) => groups.get(group) ?? []).map(({ values }) => values);
  return {
    shown: [...shown, { label: `${rest.length} others`, slot: slots - 1, dashed: false, values: sum(others) }],
    left: 0,
  };
}

/** The newest value and its index; null when there is none. */
export function latest(values: readonly (number | null)[]): { value: number; index: number } | null {
  for (let index = values.length - 1; index >= 0; index -= 1) {
    const value = values[index];
    if (value !== null && value !== undefined) return { value, index };
  }
  return null;
}

/** Value by value; null only where no line has one. */
export function sum(lines: readonly (readonly (number | null)[])[]): (number | null)[] {
  const length = Math.max(0, ...lines.map((values) => values.length));
  return Array.from({ length }, (_, i) => {
    const there = lines.map((values) => values[i] ?? null).filter((value) => value !== null);
    return there.length > 0 ? there.reduce((total, value) => total + value, 0) : null;
  });
}

/** Each line on top of those before it. */
export function stacked(lines: readonly (readonly (number | null)[])[]): (number | null)[][] {
  return lines.map((_, i) => sum(lines.slice(0, i + 1)));
}

function groupOf(label: string): string {
  return label.replace(/ ?p\d+$/, '');
}

function slotOf(group: string, taken: Map<string, number>): number {
  const preset = known.indexOf(group);
  if (preset >= 0) return preset;
  const slot = taken.get(group) ?? taken.size % slots;
  taken.set(group, slot);
  return slot;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
