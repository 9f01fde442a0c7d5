import type { Series, ViewerGroup, ViewerState, Viewers } from '../api.ts';
import { byId, element, keyedList, setAttribute, setText } from '../element.ts';
import { format } from '../format.ts';
import { latest, sum } from './lines.ts';
import { isOf } from './panels.ts';
import { plotted } from './plotted.ts';

type Split = 'viewers' | 'viewersByProtocol' | 'viewersByRegion';

const states: readonly ViewerState[] = ['playing', 'stalled', 'starting', 'seeking', 'paused'];
const splits: readonly { id: Split; label: string }[] = [
  { id: 'viewers', label: 'Stream' },
  { id: 'viewersByProtocol', label: 'Protocol' },
  { id: 'viewersByRegion', label: 'Region' },
];

/** The figure of the evening: how many watch, what they see, and where they are. */
export function viewers() {
  const count = byId('viewer-count', HTMLElement);
  const change = byId('viewer-change', HTMLElement);
  const synthetic = byId('viewer-synthetic', HTMLElement);
  const bar = byId('viewer-bar', HTMLElement);
  const list = keyedList<[ViewerState, number]>(byId('viewer-states', HTMLElement), ([state]) => state, stateEntry);
  const empty = 'No data yet. The first viewer appears within 10 s of a player being attached.';
  const plots = splits.map(({ id, label }) => {
    const plot = plotted({
      title: `Concurrent viewers by ${label.toLowerCase()}`,
      unit: 'count',
      stack: true,
      empty,
    });
    return { id, label, ...plot };
  });
  byId('viewer-chart', HTMLElement).append(...plots.map(({ root }) => root));
  let chosen: Split = 'viewers';
  const tabs = plots.map(({ id, label }) => {
    const tab = element('button', { type: 'button', onclick: () => choose(id) }, label);
    return { id, tab };
  });
  byId('viewer-splits', HTMLElement).append(...tabs.map(({ tab }) => tab));
  choose(chosen);

  function choose(id: Split) {
    chosen = id;
    for (const { id: other, tab } of tabs) setAttribute(tab, 'aria-pressed', String(other === chosen));
    for (const { id: other, root } of plots) root.hidden = other !== chosen;
  }

  function stateEntry([state]: [ViewerState, number]) {
    const share = bar.appendChild(element('i', { 'data-viewers': state }));
    const figure = element('b');
    return {
      root: element('li', {}, element('i', { class: 'dot', 'data-viewers': state }), figure, ` ${state}`),
      update([, value]: [ViewerState, number]) {
        share.style.flexGrow = String(value);
        setText(figure, format('count', value));
      },
    };
  }

  return {
    /** Shows who is there now, and returns how many real viewers that are. */
    now({ groups }: Viewers, stream: string | null): number {
      const here = groups.filter(({ streamId }) => stream === null || streamId === stream);
      const real = here.filter(({ viewerKind }) => viewerKind === 'real');
      const watching = total(real, (group) => group.viewers);
      const probes = total(here, (group) => (group.viewerKind === 'synthetic' ? group.viewers : 0));
      setText(count, format('count', watching));
      setText(synthetic, probes > 0 ? `and ${format('count', probes)} synthetic, not counted` : '');
      list(states.map((state) => [state, total(real, (group) => group.states[state] ?? 0)]));
      return watching;
    },
    history({ times, panels }: Series, stream: string | null, minutes: number): void {
      const linesOf = (id: Split) => (panels[id]?.lines ?? []).filter((line) => isOf(line, stream));
      for (const { id, show } of plots) show(times, linesOf(id), minutes);
      setText(change, changeWords(sum(linesOf('viewers').map(({ values }) => values)), minutes));
    },
  };
}

function total(groups: readonly ViewerGroup[], of: (group: ViewerGroup) => number): number {
  return groups.reduce((all, group) => all + of(group), 0);
}

function changeWords(values: readonly (number | null)[], minutes: number): string {
  const there = values.filter((value) => value !== null);
  if (there.length === 0) return '';
  const peak = Math.max(...there);
  const difference = (latest(values)?.value ?? 0) - (there[0] ?? 0);
  const sign = difference > 0 ? '+' : difference < 0 ? '−' : '±';
  return `peak ${format('count', peak)} · ${sign}${format('count', Math.abs(difference))} in ${minutes} min`;
}
