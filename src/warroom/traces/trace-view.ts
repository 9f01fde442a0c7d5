import type { Query, Span, Trace } from '../api.ts';
import { get } from '../api.ts';
import { autopsyView } from '../autopsy/autopsy-view.ts';
import { gather } from '../autopsy/gather.ts';
import { byId, element, setAttribute } from '../element.ts';
import { clock, format, shortId } from '../format.ts';
import type { Sheet } from './sheet.ts';
import { chapterHeading, markStood, storySheet } from './sheet.ts';
import { spanDetails } from './span-details.ts';
import { story } from './story.ts';
import { traceExport } from './trace-export.ts';
import type { Row } from './waterfall.ts';
import { axisRow, spanRow } from './waterfall-rows.ts';
import { wordsFor } from './words.ts';

const shades = 'Fetches, from light to full: queued, waiting, receiving';

/** The page of one trace. `show` loads and draws it; null empties the page. */
export function traceView(hrefOf: (traceId: string) => string, listSession: (sessionId: string) => void) {
  const title = byId('trace-title', HTMLElement);
  const facts = byId('trace-facts', HTMLElement);
  const rows = byId('trace-rows', HTMLElement);
  const details = byId('trace-details', HTMLElement);
  const others = byId('trace-session', HTMLButtonElement);
  const legend = byId('trace-services', HTMLElement);
  const exported = traceExport();
  const autopsy = autopsyView();
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
    exported.offer([]);
    autopsy.hide();
  }

  function select(row: Row, button: HTMLElement, traceStart: number) {
    for (const other of rows.querySelectorAll('[aria-pressed="true"]')) setAttribute(other, 'aria-pressed', 'false');
    setAttribute(button, 'aria-pressed', 'true');
    details.replaceChildren(...spanDetails(row, traceStart));
    details.hidden = false;
  }

  function draw({ traces, plan, sections, notes, stood }: Sheet) {
    const root = sections[0]?.rows[0]?.span;
    if (!root) return clear('An empty trace', 'The collector knows this trace, but none of its spans.');
    const error = traces[0]?.spans.some(({ status }) => status === 'error') ?? false;
    const { headline, detail } = wordsFor({ ...root, error });
    title.textContent = [headline, detail].filter(Boolean).join(', ');
    facts.textContent = factsOf(root.startedAt, traces[0] as Trace);
    others.value = attributeOf(traces[0] as Trace, 'session.id') ?? '';
    others.hidden = others.value === '';
    exported.offer(traces);
    const shown = sections.flatMap((section) => section.rows);
    const services = [...new Set(shown.map(({ span }) => span.service))];
    const slotOf = (service: string) => services.indexOf(service) % 6;
    legend.replaceChildren(
      ...services.map((service) =>
        element('li', {}, element('i', { class: 'swatch', 'data-slot': String(slotOf(service)) }), service),
      ),
      ...(shown.some(({ phases }) => phases.length > 0) ? [element('li', {}, shades)] : []),
    );
    const zeroAt = root.startedAt;
    const items = sections.flatMap(({ heading, rows: own, linked }) => [
      ...(heading ? [chapterHeading(heading, hrefOf)] : []),
      ...own.map((row) =>
        spanRow(row, {
          ...{ linked, hrefOf, slotOf, several: services.length > 1, note: notes.get(row.span.spanId) },
          select(of, button) {
            select(of, button, zeroAt);
            // On a narrow page they stand below the rows, out of sight.
            if (matchMedia('(max-width: 1099px)').matches) details.scrollIntoView({ block: 'nearest' });
          },
        }),
      ),
    ]);
    markStood(rows, stood);
    rows.replaceChildren(axisRow(plan), element('ol', {}, ...items));
    const first = sections[0]?.rows[0];
    const button = rows.querySelector<HTMLElement>('button');
    if (first && button) select(first, button, zeroAt);
  }

  async function load(traceId: string, signal: AbortSignal): Promise<void> {
    const trace = await get<Trace>(`traces/${traceId}`, {}, signal);
    const ask = {
      trace: (id: string) => (id === traceId ? Promise.resolve(trace) : get<Trace>(`traces/${id}`, {}, signal)),
      spans: (query: Query) => get<{ spans: Span[] }>('spans', query, signal).then(({ spans }) => spans),
    };
    const stall = trace.spans.find(({ name }) => name === 'livestream.player.stall');
    const found = stall ? await gather(stall, ask) : await story(traceId, ask.trace);
    if (signal.aborted) return;
    if ('stall' in found) draw(autopsy.show(found, trace, (sheet) => draw(sheet)));
    else draw(storySheet(found));
  }

  return {
    async show(traceId: string | null): Promise<void> {
      loading?.abort();
      const mine = new AbortController();
      loading = mine;
      clear(traceId === null ? '' : 'Loading the trace …');
      if (traceId === null) return;
      try {
        await load(traceId, mine.signal);
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
