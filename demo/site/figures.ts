import type { Snapshot } from 'playscope';

// Often enough for a picture that moves, and no load.
const refreshMs = 250;
const unknown = '–';

const stateWords: Record<Snapshot['state'], string> = {
  preloading: 'Waiting to play',
  starting: 'Starting',
  playing: 'Playing',
  seeking: 'Seeking',
  rebuffering: 'Stalled',
  paused: 'Paused',
  ended: 'Ended',
  failed: 'Failed',
  quit: 'Left',
};

/**
 * Fills `panel` (default `[data-figures]`) with the figures of a view, for as long as the page is open; of all figures, or
 * of those that are named.
 */
export function showFigures(
  view: { snapshot(): Snapshot },
  panel = document.querySelector<HTMLElement>('[data-figures]'),
  only?: readonly string[],
): void {
  const state = panel?.querySelector<HTMLElement>('[data-state]');
  const list = panel?.querySelector('dl');
  if (!state || !list) return;
  const cells = new Map<string, HTMLElement>();
  const show = () => {
    const snapshot = view.snapshot();
    write(state, stateWords[snapshot.state] ?? snapshot.state);
    state.dataset.state = snapshot.state;
    const shown = rows(snapshot).filter(([name]) => only?.includes(name) ?? true);
    for (const [name, text] of shown) write(cells.get(name) ?? addRow(list, cells, name), text);
  };
  show();
  setInterval(show, refreshMs);
}

function rows(s: Snapshot): [name: string, text: string][] {
  const { stalls, rendition, requests, frames } = s;
  const open = stalls.current ? `, now ${seconds(stalls.current.durationSec)} (${stalls.current.cause})` : '';
  const stallCount = stalls.count + (stalls.current ? 1 : 0);
  const frameTotal = frames.rendered + frames.dropped;
  return [
    ['Live latency', seconds(s.liveLatencySec)],
    ['Buffer ahead', seconds(s.bufferSec)],
    ['On screen', rendition ? `${rendition.height ?? unknown}p at ${kilobits(rendition.bitrate)}` : unknown],
    ['Startup', s.startup.durationSec === null ? words(s.startup.result) : seconds(s.startup.durationSec, 2)],
    ['Stalls', stalls.durationSec ? `${stallCount}, ${seconds(stalls.durationSec)} in all${open}` : 'none'],
    ['Stall ratio', stalls.ratio === null ? unknown : `${(stalls.ratio * 100).toFixed(1)} %`],
    ['Watched', seconds(s.media.playedSec)],
    ['Average bitrate', kilobits(s.media.averageBitrate)],
    ['Switches', `${s.switches.up} up, ${s.switches.down} down`],
    ['Dropped frames', `${frames.dropped} of ${frameTotal}`],
    ['Requests', `${requests.count}, ${requests.failed} failed`],
    ['Last fetch', fetched(requests.last)],
    ['Errors', s.errors.fatal ? `${s.errors.count}, fatal: ${s.errors.fatal}` : String(s.errors.count)],
    ['Player', `${s.player} (${s.protocol})`],
  ];
}

function fetched(last: Snapshot['requests']['last']): string {
  if (!last) return unknown;
  const how = last.result === 'ok' ? `${Math.round(last.bytes / 1000)} kB` : (last.status ?? last.result);
  return `${last.objectType}: ${how} in ${Math.round(last.durationSec * 1000)} ms`;
}

function addRow(list: Element, cells: Map<string, HTMLElement>, name: string): HTMLElement {
  const row = document.createElement('div');
  const term = document.createElement('dt');
  const cell = document.createElement('dd');
  term.textContent = name;
  row.append(term, cell);
  list.append(row);
  cells.set(name, cell);
  return cell;
}

function write(element: HTMLElement, text: string): void {
  // A screen reader would read out a text that is written again unchanged.
  if (element.textContent !== text) element.textContent = text;
}

function seconds(value: number | null, digits = 1): string {
  return value === null ? unknown : `${value.toFixed(digits)} s`;
}

function kilobits(value: number | null): string {
  return value === null ? unknown : `${Math.round(value / 1000)} kbit/s`;
}

function words(result: Snapshot['startup']['result']): string {
  return result === 'none' ? unknown : result;
}
