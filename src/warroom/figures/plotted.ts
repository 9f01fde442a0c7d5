import type { Line } from '../api.ts';
import { element, keyedList, setAttribute, setText } from '../element.ts';
import type { Unit } from '../format.ts';
import { clock, format } from '../format.ts';
import { chart } from './chart.ts';
import type { Mark } from './chart-marks.ts';
import type { Drawn } from './lines.ts';
import { drawn, latest } from './lines.ts';

export type PlotOptions = {
  /** Read out in place of the picture. */
  readonly title: string;
  /** Shown above it. Default nothing. */
  readonly caption?: string;
  readonly unit: Unit;
  readonly stack?: boolean;
  readonly marks?: readonly Mark[];
  /** Stands in its place until something was reported. */
  readonly empty: string;
};

export type Plot = {
  readonly root: HTMLElement;
  /** Returns whether there is anything to see. `minutes` is the range, for words. */
  readonly show: (times: readonly number[], lines: readonly Line[], minutes: number) => boolean;
};

const mostGroups = 5;
// Values look back 30 s, so what is older than a minute is a memory, not a state.
const freshSteps = 12;

/** A chart under its legend. The legend has the latest values, or those under the pointer. */
export function plotted({ title, caption = '', unit, stack = false, marks = [], empty: nothing }: PlotOptions): Plot {
  const taken = new Map<string, number>();
  let times: readonly number[] = [];
  let shown: Drawn[] = [];
  let pointer: number | null = null;

  const head = element('h4', { class: 'caption', hidden: caption === '' }, caption);
  const at = element('span', { class: 'at' });
  const legend = element('ul', { class: 'legend' });
  const more = element('span', { class: 'more' });
  const canvas = element('div', { class: 'chart', role: 'img' }, at);
  const empty = element('p', { class: 'empty' });
  const body = element('div', { class: 'picture' }, element('div', { class: 'figures' }, legend, more), canvas);
  const root = element('div', { class: 'plot' }, head, body, empty);
  const picture = chart(canvas, { unit, stack, marks, onPointer: point });
  const entries = keyedList<Drawn>(legend, ({ label }) => label, legendEntry);

  function legendEntry(first: Drawn) {
    const value = element('b');
    const swatch = element('i', { class: 'swatch', 'data-slot': String(first.slot), 'data-dashed': first.dashed });
    const entry = element('li', {}, swatch, element('span', {}, first.label), value);
    return {
      root: entry,
      update({ values }: Drawn) {
        const newest = latest(values);
        const stale = pointer === null && newest !== null && newest.index < values.length - freshSteps;
        setText(value, format(unit, pointer === null ? newest?.value : values[pointer]));
        setAttribute(entry, 'data-stale', stale ? '' : null);
        setAttribute(entry, 'title', stale ? `Last reported at ${clock(times[newest.index] ?? 0)}` : null);
      },
    };
  }

  function point(index: number | null) {
    if (index === pointer) return;
    pointer = index;
    setText(at, index === null ? '' : clock(times[index] ?? 0));
    entries(named(shown));
  }

  return {
    root,
    show(nextTimes, lines, minutes) {
      const { shown: next, left } = drawn(lines, taken, { most: mostGroups, additive: stack });
      const some = lines.some(({ values }) => latest(values) !== null);
      [times, shown] = [nextTimes, next];
      body.hidden = !some;
      empty.hidden = some;
      setText(empty, lines.length === 0 ? nothing : `Nothing reported in the last ${minutes} min.`);
      if (!some) return false;
      entries(named(shown));
      setText(more, left > 0 ? `+${left} more` : '');
      const words = shown.map(({ label, values }) => `${label} ${format(unit, latest(values)?.value)}`);
      setAttribute(canvas, 'aria-label', `${title}, last ${minutes} minutes. Latest: ${words.join(', ')}`);
      picture.show(times, shown);
      return true;
    },
  };
}

/** The lines that the legend names: of pairs in several groups the upper one is enough, both have one colour. */
function named(lines: readonly Drawn[]): Drawn[] {
  return lines.filter(({ dashed, label }) => !dashed || label === 'p50');
}
