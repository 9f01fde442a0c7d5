import type { Line, Series } from '../api.ts';
import { element } from '../element.ts';
import type { Panel, PlotRow } from './panel-table.ts';
import type { Plot } from './plotted.ts';
import { plotted } from './plotted.ts';

/** The cards of a table of panels. The returned function shows the newest series in them. */
export function panels(host: HTMLElement, table: readonly Panel[]) {
  const cards = table.map((panel) => card(panel));
  host.append(...cards.map(({ root }) => root));
  return (series: Series, stream: string | null, minutes: number): void => {
    for (const { show } of cards) show(series, stream, minutes);
  };
}

function card({ id, title, about, empty: nothing, plots }: Panel) {
  const single = plots.length === 1;
  const made = plots.map((row): [PlotRow, Plot] => [
    row,
    plotted({ ...row, empty: single ? nothing : 'No data yet.' }),
  ]);
  const empty = element('p', { class: 'empty' }, nothing);
  const body = element('div', { class: 'plots' }, ...made.map(([, { root }]) => root));
  const head = element('header', {}, element('h3', { id }, title), element('span', { class: 'about' }, about));
  const root = element(
    'section',
    { class: 'card panel', 'aria-labelledby': id, 'data-span': String(plots.length) },
    head,
    body,
    empty,
  );
  return {
    root,
    show({ times, panels: all }: Series, stream: string | null, minutes: number) {
      const linesOf = ({ series }: PlotRow) => (all[series]?.lines ?? []).filter((line) => isOf(line, stream));
      const filled = made.map(([row, plot]) => plot.show(times, linesOf(row), minutes)).some(Boolean);
      const never = made.every(([row]) => linesOf(row).length === 0);
      body.hidden = never && !single;
      empty.hidden = !body.hidden;
      root.toggleAttribute('data-empty', !filled);
    },
  };
}

/** Whether a line may be shown for this stream. Lines that name no stream have been filtered by the collector. */
export function isOf({ attributes }: Line, stream: string | null): boolean {
  const named = attributes['stream.id'];
  return stream === null || named === undefined || named === stream;
}
