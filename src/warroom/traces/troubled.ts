import type { TraceSummary } from '../api.ts';
import { get } from '../api.ts';
import { byId, element, keyedList, setAttribute, setText } from '../element.ts';
import { clock, shortId } from '../format.ts';
import type { Case } from './trouble-cases.ts';
import { casesOf, hurts } from './trouble-cases.ts';
import { wordsFor } from './words.ts';

const limit = 100;
// What the collector gives at most.
const longLimit = 500;
const idLength = 32;
const most = 50;

/** The list of recent traces that hurt; with its filter open, of all traces. */
export function troubled(hrefOf: (traceId: string) => string, changed: () => void) {
  const empty = byId('cases-empty', HTMLElement);
  const filter = byId('case-filter', HTMLFormElement);
  const name = byId('case-name', HTMLSelectElement);
  const session = byId('case-session', HTMLInputElement);
  const tabs = [byId('cases-troubled', HTMLButtonElement), byId('cases-all', HTMLButtonElement)];
  const rows = keyedList<Case>(byId('cases', HTMLElement), ({ trace }) => trace.traceId, row);
  let all = false;

  for (const [i, tab] of tabs.entries()) tab.addEventListener('click', () => choose(i === 1));
  filter.addEventListener('submit', (event) => event.preventDefault());
  filter.addEventListener('input', changed);

  function choose(everything: boolean) {
    all = everything;
    for (const [i, tab] of tabs.entries()) setAttribute(tab, 'aria-pressed', String((i === 1) === all));
    filter.hidden = !all;
    changed();
  }

  function row({ trace }: Case) {
    const [headline, detail, times, time] = [
      element('strong'),
      element('span'),
      element('span', { class: 'times' }),
      element('time'),
    ];
    const who = [trace.streamId, trace.sessionId ? shortId(trace.sessionId) : trace.service];
    const session = trace.sessionId && `Session ${trace.sessionId}`;
    const about = element('span', { class: 'about', title: session }, who.filter(Boolean).join(' · '));
    const more = element('span', { class: 'more-words' }, detail, about);
    const link = element(
      'a',
      { 'data-trace': trace.traceId },
      element('i', { class: 'dot' }),
      time,
      headline,
      times,
      more,
    );
    return {
      root: element('li', {}, link),
      update({ trace: newest, words, times: count }: Case) {
        // The link carries the stream and the range, which may have changed.
        setAttribute(link, 'href', hrefOf(newest.traceId));
        setAttribute(link, 'data-tone', words.tone);
        setText(time, clock(newest.startedAt));
        setText(headline, words.headline);
        setText(detail, words.detail);
        setText(times, count > 1 ? `×${count}` : '');
      },
    };
  }

  async function ask(stream: string | null, signal: AbortSignal): Promise<Case[]> {
    const of = { stream: stream ?? undefined, limit };
    const list = (query: Record<string, string | number | undefined>) =>
      get<{ traces: TraceSummary[] }>('traces', { ...of, ...query }, signal).then(({ traces }) => traces);
    if (all) {
      const wanted = session.value.trim().toLowerCase();
      // The collector knows whole ids only; the first characters, as the list shows them, are looked for here.
      const query = wanted.length >= idLength ? { session: wanted } : wanted === '' ? {} : { limit: longLimit };
      const found = await list({ name: name.value, ...query });
      const matching = found.filter(({ sessionId }) => (sessionId ?? '').toLowerCase().startsWith(wanted));
      return matching.slice(0, most).map((trace) => ({ trace, words: wordsFor(trace), times: 1 }));
    }
    const questions = [{ error: 1 }, { name: 'livestream.player.stall' }, { name: 'livestream.player.startup' }];
    const answers = await Promise.all(questions.map(list));
    return casesOf(
      answers.map((traces) => traces.filter(hurts)),
      most,
    );
  }

  /** Lists all traces of one session. */
  function listSession(sessionId: string) {
    name.value = '';
    session.value = sessionId;
    choose(true);
  }

  async function refresh(stream: string | null, signal: AbortSignal): Promise<void> {
    const cases = await ask(stream, signal);
    if (signal.aborted) return;
    rows(cases);
    empty.hidden = cases.length > 0;
    setText(
      empty,
      all ? 'No trace matches.' : 'Nobody in trouble: no stall, error or slow start among the recent traces.',
    );
  }

  return { refresh, listSession };
}
