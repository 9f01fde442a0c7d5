import type { Span } from '../e2e/collector.ts';
import type { Answered } from '../e2e/origin.ts';
import type { Compared } from './case.ts';
import type { FigureName } from './figures.ts';

/** One request as the origin answered it, and the span that stands for it. */
type Pair = { readonly answered: Answered; readonly span: Span | undefined };

const fetchNames = /^livestream\.(segment|manifest|key)\.fetch$/;
// A page that is busy sends late, an origin that is busy reads late.
const mostApartMs = 500;

/** Spans of requests that went out to the network. */
function fetchSpans(spans: readonly Span[]): Span[] {
  return spans.filter(({ name, attributes }) => fetchNames.test(name) && attributes['cache.status'] !== 'local');
}

/** Each answered request with the span of the same path that began nearest before; each span stands for one of them. */
function pair(answers: readonly Answered[], spans: readonly Span[]): { pairs: Pair[]; unanswered: Span[] } {
  const left = new Set(fetchSpans(spans));
  const pairs = answers.map((answered) => {
    const near = [...left]
      .filter((span) => new URL(String(span.attributes['url.full'])).pathname === answered.path)
      .map((span) => ({ span, apartMs: Math.abs(answered.receivedAt - span.startedAt) }))
      .sort((a, b) => a.apartMs - b.apartMs)[0];
    if (!near || near.apartMs > mostApartMs) return { answered, span: undefined };
    left.delete(near.span);
    return { answered, span: near.span };
  });
  return { pairs, unanswered: [...left] };
}

/** What the origin says of each request that it answered, and what the SDK says; `cuts`: the faults that cut answers short. */
export function compareFetches(
  answers: readonly Answered[],
  spans: readonly Span[],
  cuts: ReadonlySet<string>,
): Compared[] {
  const { pairs, unanswered } = pair(answers, spans);
  const retryOf = retryCounter();
  // What was under way when the SDK let go of the player, it does not know.
  const settled = pairs.filter(({ span }) => span?.attributes['fetch.result'] !== 'detached');
  const compared = settled.flatMap(({ answered, span }): Compared[] => {
    const { path, status, bytes, aborted, receivedAt, firstByteAt, finishedAt, faults } = answered;
    const cut = faults.some((fault) => cuts.has(fault));
    const result = cut || status >= 400 ? 'failed' : aborted ? 'aborted' : 'ok';
    const began = firstByteAt !== null;
    const ended = result !== 'aborted';
    const told = (name: string, otherwise = Number.NaN) => Number(span?.attributes[name] ?? otherwise);
    const all: readonly (readonly [when: boolean, ...Compare])[] = [
      [true, 'fetchResult', result, String(span?.attributes['fetch.result'])],
      [true, 'fetchRetry', retryOf(path, result), told('http.request.resend_count', span ? 0 : Number.NaN)],
      [began, 'fetchStatus', status, told('http.response.status_code')],
      // Of an answer that was cut short, pages are told the bytes at intervals only.
      [ended && !cut, 'fetchBytes', bytes, told('segment.size_bytes')],
      [ended, 'fetchDuration', finishedAt - receivedAt, span?.durationMs ?? Number.NaN],
      [ended && began, 'ttfb', (firstByteAt ?? 0) - receivedAt, told('ttfb_s') * 1000],
    ];
    return all.flatMap(([when, figure, expected, received]) =>
      when ? [{ figure, case: path, expected, received }] : [],
    );
  });
  return [...compared, ...unanswered.flatMap(stray)];
}

type Compare = readonly [figure: FigureName, expected: number | string, received: number | string];

/** Earlier attempts at the same object that failed, one after the other. */
function retryCounter() {
  const failures = new Map<string, number>();
  return (path: string, result: string): number => {
    const retry = failures.get(path) ?? 0;
    if (result === 'failed') failures.set(path, retry + 1);
    else failures.delete(path);
    return retry;
  };
}

/** What was given up before it reached the origin can only be an abort. */
function stray({ attributes }: Span): Compared[] {
  const received = String(attributes['fetch.result']);
  if (received === 'aborted' || received === 'detached') return [];
  return [{ figure: 'fetchResult', case: String(attributes['url.full']), expected: 'no request', received }];
}
