import type { Trace } from '../api.ts';
import { get } from '../api.ts';
import { byId, element, setAttribute } from '../element.ts';
import { clock, format, shortId } from '../format.ts';
import { spanDetails } from './span-details.ts';
import type { Chapter } from './story.ts';
import { story } from './story.ts';
import type { Row, Waterfall } from './waterfall.ts';
import { waterfall } from './waterfall.ts';
import { axisRow, spanRow } from './waterfall-rows.ts';
import { shortName, wordsFor } from './words.ts';

const shades = 'Fetches, from light to full: queued, waiting, receiving';

/** The page of one trace. `show` loads and draws it; null empties the page. */
export function traceView(hrefOf: (traceId: string) => string, listSession: (sessionId: string) => void) {
  const title = byId('trace-title', HTMLElement);
  const facts = byId('trace-facts', HTMLElement);
  const rows = byId('trace-rows', HTMLElement);
  const details = byId('trace-details', HTMLElement);
  const others = byId('trace-session', HTMLButtonElement);
  const legend = byId('trace-services', HTMLElement);
  let loading: AbortController | undefined;

  others.addEventListener('click', () => listSession(others.value));
  rows.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const buttons = [...rows.querySelectorAll<HTMLElement>('button, a')];
    const next = buttons[buttons.indexOf(document.activeElement as HTMLElement) + step];
    if (step === 0 || !next) return;
    event.preventDefault();
    next.focus();
  });

  function clear(text: string, note = '') {
    title.textContent = text;
    facts.textContent = note;
    for (const part of [rows, details, legend]) part.replaceChildren();
    details.hidden = true;
    others.hidden = true;
  }

  function select(row: Row, button: HTMLElement, traceStart: number) {
    for (const other of rows.querySelectorAll('[aria-pressed="true"]')) setAttribute(other, 'aria-pressed', 'false');
    setAttribute(button, 'aria-pressed', 'true');
    details.replaceChildren(...spanDetails(row, traceStart));
    details.hidden = false;
  }

  function draw(chapters: readonly Chapter[]) {
    const traces = chapters.map(({ trace }) => trace);
    const plan = waterfall(traces);
    const root = plan.groups[0]?.[0]?.span;
    if (!root) return clear('An empty trace', 'The collector knows this trace, but none of its spans.');
    const error = traces[0]?.spans.some(({ status }) => status === 'error') ?? false;
    const { headline, detail } = wordsFor({ ...root, error });
    title.textContent = [headline, detail].filter(Boolean).join(', ');
    facts.textContent = factsOf(root.startedAt, traces[0] as Trace);
    others.value = attributeOf(traces[0] as Trace, 'session.id') ?? '';
    others.hidden = others.value === '';
    const services = [...new Set(traces.flatMap(({ spans }) => spans.map(({ service }) => service)))];
    const slotOf = (service: string) => services.indexOf(service) % 6;
    legend.replaceChildren(
      ...services.map((service) =>
        element('li', {}, element('i', { class: 'swatch', 'data-slot': String(slotOf(service)) }), service),
      ),
      ...(plan.groups.flat().some((row) => row && row.phases.length > 0) ? [element('li', {}, shades)] : []),
    );
    // Those of the story stand below with all their spans; links are for the rest.
    const told = new Set(traces.map(({ traceId }) => traceId));
    const elsewhere = ({ linked }: Trace) => linked.filter((link) => !told.has(link.traceId));
    const groups = chapters.flatMap(({ trace, relation }, i) => [
      ...(relation === null ? [] : [heading(trace, relation, plan, plan.groups[i] === null)]),
      ...(plan.groups[i] ?? []).map((row) =>
        spanRow(row, {
          linked: elsewhere(trace),
          hrefOf,
          slotOf,
          several: services.length > 1,
          select(of, button) {
            select(of, button, root.startedAt);
            // On a narrow page they stand below the rows, out of sight.
            if (matchMedia('(max-width: 1099px)').matches) details.scrollIntoView({ block: 'nearest' });
          },
        }),
      ),
    ]);
    rows.replaceChildren(axisRow(plan), element('ol', {}, ...groups));
    const first = plan.groups[0]?.[0];
    const button = rows.querySelector<HTMLElement>('button');
    if (first && button) select(first, button, root.startedAt);
  }

  function heading({ traceId, spans }: Trace, relation: string, { from }: Waterfall, far: boolean): HTMLElement {
    const at = Math.min(...spans.map(({ startedAt }) => startedAt));
    const name = shortName(spans[0]?.name ?? 'trace');
    const when = far ? `, ${format('ms', Math.abs(at - from))} ${at < from ? 'earlier' : 'later'}` : '';
    return element(
      'li',
      { class: 'chapter' },
      element('span', {}, `${relation}${when}`),
      element('a', { href: hrefOf(traceId) }, `open this ${name}`),
    );
  }

  return {
    async show(traceId: string | null): Promise<void> {
      loading?.abort();
      const mine = new AbortController();
      loading = mine;
      clear(traceId === null ? '' : 'Loading the trace …');
      if (traceId === null) return;
      try {
        const chapters = await story(traceId, (id) => get<Trace>(`traces/${id}`, {}, mine.signal));
        if (!mine.signal.aborted) draw(chapters);
      } catch (error) {
        if (mine.signal.aborted) return;
        const gone = error instanceof Error && / 404 /.test(error.message);
        clear(
          'No such trace',
          gone ? 'The collector keeps recent traces only, and this one is not among them (any more).' : String(error),
        );
      }
    },
  };
}

function attributeOf({ spans }: Trace, name: string): string | undefined {
  return spans.map(({ attributes }) => attributes[name]).find((value) => typeof value === 'string');
}

function factsOf(startedAt: number, trace: Trace): string {
  const { traceId, spans } = trace;
  const [stream, session] = [attributeOf(trace, 'stream.id'), attributeOf(trace, 'session.id')];
  const to = Math.max(...spans.map((span) => span.startedAt + span.durationMs));
  const parts = [clock(startedAt), format('ms', to - Math.min(...spans.map((span) => span.startedAt)))];
  if (stream) parts.push(`stream ${stream}`);
  if (session) parts.push(`session ${shortId(session)}`);
  parts.push(`${spans.length} ${spans.length === 1 ? 'span' : 'spans'}`, `trace ${traceId}`);
  return parts.join(' · ');
}
