import type { Span } from '../e2e/collector.ts';
import type { Answered } from '../e2e/origin.ts';
import type { Compared } from './case.ts';

/** One request as the origin answered it, and the span that stands for it. */
export type Pair = { readonly answered: Answered; readonly span: Span | undefined };

const fetchNames = /^livestream\.(segment|manifest|key)\.fetch$/;
// A page that is busy sends late, an origin that is busy reads late.
const mostApartMs = 500;

/** Spans of requests that went out to the network. */
export function fetchSpans(spans: readonly Span[]): Span[] {
  return spans.filter(({ name, attributes }) => fetchNames.test(name) && attributes['cache.status'] !== 'local');
}

/** Each answered request with the span of the same path that began nearest before; each span stands for one of them. */
export function pair(answers: readonly Answered[], spans: readonly Span[]): { pairs: Pair[]; unanswered: Span[] } {
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
  const failures = new Map<string, number>();
  // What was under way when the SDK let go of the player, it does not know.
  const settled = pairs.filter(({ span }) => span?.attributes['fetch.result'] !== 'detached');
  const compared = settled.flatMap(({ answered, span }): Compared[] => {
    const { path, status, bytes, aborted, receivedAt, firstByteAt, finishedAt } = answered;
    const cut = answered.faults.some((fault) => cuts.has(fault));
    const attribute = (name: string) => span?.attributes[name] ?? null;
    const result = cut || status >= 400 ? 'failed' : aborted ? 'aborted' : 'ok';
    const retry = failures.get(path) ?? 0;
    if (result === 'failed') failures.set(path, retry + 1);
    else failures.delete(path);
    const number = (name: string) => Number(attribute(name) ?? Number.NaN);
    const whole = result !== 'aborted' && !cut;
    return [
      {
        figure: 'fetchResult',
        case: path,
        expected: result,
        received: span ? String(attribute('fetch.result')) : null,
      },
      {
        figure: 'fetchRetry',
        case: path,
        expected: retry,
        received: span ? Number(attribute('http.request.resend_count') ?? 0) : null,
      },
      ...(firstByteAt === null
        ? []
        : [
            {
              figure: 'fetchStatus',
              case: path,
              expected: status,
              received: number('http.response.status_code'),
            } as const,
          ]),
      // Of an answer that was cut short, pages are told the bytes at intervals only.
      ...(whole
        ? [{ figure: 'fetchBytes', case: path, expected: bytes, received: number('segment.size_bytes') } as const]
        : []),
      ...(result === 'aborted'
        ? []
        : [
            {
              figure: 'fetchDuration',
              case: path,
              expected: finishedAt - receivedAt,
              received: span?.durationMs ?? null,
            } as const,
          ]),
      ...(firstByteAt === null || result === 'aborted'
        ? []
        : [
            {
              figure: 'ttfb',
              case: path,
              expected: firstByteAt - receivedAt,
              received: number('ttfb_s') * 1000,
            } as const,
          ]),
    ];
  });
  // What was given up before it reached the origin can only be an abort.
  const strays = unanswered.filter(
    ({ attributes }) => attributes['fetch.result'] !== 'aborted' && attributes['fetch.result'] !== 'detached',
  );
  return [
    ...compared,
    ...strays.map(
      (span): Compared => ({
        figure: 'fetchResult',
        case: String(span.attributes['url.full']),
        expected: 'no request',
        received: String(span.attributes['fetch.result']),
      }),
    ),
  ];
}
