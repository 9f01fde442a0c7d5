import type { Stream } from './api.ts';
import { byId, element, keyedList, setAttribute, setText } from './element.ts';
import { format, unknown } from './format.ts';

type Column = { readonly title: string; readonly about: string; readonly text: (stream: Stream) => string };

const columns: readonly Column[] = [
  { title: 'Viewers', about: 'Watching now', text: ({ viewers }) => format('count', viewers) },
  { title: 'Peak', about: 'Most viewers at a time', text: ({ peakViewers }) => format('count', peakViewers) },
  { title: 'Plays', about: 'Play attempts', text: ({ plays }) => format('count', plays) },
  {
    title: 'Left early',
    about: 'Left before a frame',
    text: ({ exitsBeforeStart }) => format('count', exitsBeforeStart),
  },
  { title: 'Startup p50', about: 'Play to first frame', text: ({ startup }) => format('seconds', startup.p50) },
  { title: 'p95', about: 'Startup, 95th percentile', text: ({ startup }) => format('seconds', startup.p95) },
  { title: 'Stall ratio', about: 'Share of watch time', text: ({ stallRatio }) => format('ratio', stallRatio) },
  { title: 'Stalls', about: 'By cause', text: stallsText },
  { title: 'Fetch p95', about: 'Segment fetch', text: ({ fetch }) => format('seconds', fetch.p95) },
  {
    title: 'Bitrate',
    about: 'Average of what was shown',
    text: ({ averageBitrate: bits }) => format('kbps', bits && bits / 1000),
  },
  { title: 'Dropped', about: 'Share of frames', text: ({ droppedFrameRatio }) => format('ratio', droppedFrameRatio) },
  { title: 'Latency p50', about: 'Camera to screen', text: ({ liveLatency }) => format('seconds', liveLatency.p50) },
  { title: 'Errors', about: 'Fatal ones in brackets', text: errorsText },
];

/** The table of streams. A click on a name narrows the page to it, another one widens it again. */
export function streams(choose: (stream: string | null) => void) {
  const table = byId('streams', HTMLTableElement);
  const empty = byId('streams-empty', HTMLElement);
  const heads = columns.map(({ title, about }) => element('th', { scope: 'col', title: about }, title));
  const head = element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'Stream'), ...heads));
  const body = element('tbody');
  table.replaceChildren(head, body);
  let selected: string | null = null;
  const rows = keyedList<Stream>(body, ({ streamId }) => streamId, row);

  function row({ streamId }: Stream) {
    const pick = () => choose(selected === streamId ? null : streamId);
    const name = element('button', { type: 'button', class: 'plain', onclick: pick }, streamId);
    const protocols = element('span', { class: 'about' });
    const cells = columns.map(() => element('td'));
    return {
      root: element('tr', {}, element('th', { scope: 'row' }, name, protocols), ...cells),
      update(stream: Stream) {
        setAttribute(name, 'aria-pressed', String(selected === streamId));
        setText(protocols, stream.protocols.join(', '));
        for (const [i, { text }] of columns.entries()) if (cells[i]) setText(cells[i], text(stream));
      },
    };
  }

  return (all: readonly Stream[], stream: string | null): void => {
    selected = stream;
    table.hidden = all.length === 0;
    empty.hidden = all.length > 0;
    rows([...all].sort((a, b) => b.viewers - a.viewers || (a.streamId < b.streamId ? -1 : 1)));
  };
}

function stallsText({ stalls, stallsByCause }: Stream): string {
  const causes = Object.entries(stallsByCause).sort(([, a], [, b]) => b - a);
  const told = causes.slice(0, 2).map(([cause, count]) => `${count} ${cause.replaceAll('_', ' ')}`);
  return [format('count', stalls), ...(told.length > 0 ? [`(${told.join(', ')})`] : [])].join(' ');
}

function errorsText({ errors }: Stream): string {
  if (errors.length === 0) return '0';
  const all = errors.reduce((sum, { count }) => sum + count, 0);
  const fatal = errors.reduce((sum, { count, fatal: ends }) => sum + (ends ? count : 0), 0);
  return Number.isFinite(all) ? `${format('count', all)} (${format('count', fatal)})` : unknown;
}
