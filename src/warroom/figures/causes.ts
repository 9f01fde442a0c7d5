import type { Stream } from '../api.ts';
import { byId, element, keyedList, setAttribute, setText } from '../element.ts';
import { format } from '../format.ts';
import { stallCause } from '../stall-causes.ts';

/** One kind of trouble and how often it happened. */
export type Cause = { readonly kind: 'stall' | 'error' | 'fatal'; readonly label: string; readonly count: number };

const most = 8;

/** Stalls by cause and errors by type of these streams, the most frequent first. */
export function causesOf(streams: readonly Stream[]): Cause[] {
  const found = new Map<string, Cause>();
  const add = (kind: Cause['kind'], label: string, count: number) => {
    const key = `${kind} ${label}`;
    found.set(key, { kind, label, count: (found.get(key)?.count ?? 0) + count });
  };
  for (const { stallsByCause, errors } of streams) {
    for (const [cause, count] of Object.entries(stallsByCause)) add('stall', stallCause(cause), count);
    for (const { type, fatal, protocol, count } of errors)
      add(fatal ? 'fatal' : 'error', `${type} (${protocol})`, count);
  }
  return [...found.values()]
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
}

/** What went wrong in the last 5 minutes, as bars. */
export function causes() {
  const empty = byId('causes-empty', HTMLElement);
  const rows = keyedList<Cause & { share: number }>(
    byId('causes', HTMLElement),
    ({ kind, label }) => `${kind} ${label}`,
    row,
  );
  return (streams: readonly Stream[], stream: string | null): void => {
    const found = causesOf(streams.filter(({ streamId }) => stream === null || streamId === stream)).slice(0, most);
    setText(
      empty,
      streams.length === 0
        ? 'No data yet. Players report stalls and errors.'
        : 'No stalls and no errors. A quiet evening.',
    );
    empty.hidden = found.length > 0;
    rows(found.map((cause) => ({ ...cause, share: cause.count / (found[0]?.count ?? 1) })));
  };
}

function row({ kind, label }: Cause) {
  const bar = element('i', { class: 'share' });
  const count = element('b');
  const name = element(
    'span',
    {},
    element('span', { class: 'badge' }, kind === 'fatal' ? 'fatal error' : kind),
    ` ${label}`,
  );
  const root = element('li', {}, name, count, bar);
  setAttribute(root, 'data-kind', kind);
  return {
    root,
    update({ count: value, share }: Cause & { share: number }) {
      setText(count, format('count', value));
      bar.style.width = `${Math.max(1, share * 100)}%`;
    },
  };
}
