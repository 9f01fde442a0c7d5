import type { Span } from '../e2e/collector.ts';
import type { Answered } from '../e2e/origin.ts';
import type { Compared } from './case.ts';
import type { FigureName } from './figures.ts';
import type { Sight } from './sight.ts';

/** The browser's own record of requests, as a witness kept it. */
type Browser = Pick<Sight, 'timeOrigin' | 'loaded'>;
/** One request as the origin answered it, as the browser recorded it, and the span that stands for it; instants in Unix ms. */
type Known = {
  readonly answered: Answered;
  readonly span: Span | undefined;
  /** When the browser was asked for it: the way to the origin is a part of a fetch. */
  readonly askedAt: number;
  /** From the origin to the browser, by their records. */
  readonly headerWayMs: number;
  readonly endWayMs: number;
};

const fetchNames = /^livestream\.(segment|manifest|key)\.fetch$/;
// A page that is busy sends late, an origin that is busy reads late.
const mostApartMs = 500;
// On one machine the way takes less: where the records are further apart, one of them waited for a processor.
const longestWayMs = 10;

/** Spans of requests that went out to the network. */
function fetchSpans(spans: readonly Span[]): Span[] {
  return spans.filter(({ name, attributes }) => fetchNames.test(name) && attributes['cache.status'] !== 'local');
}

/** Each answered request with the record and the span of its path that began nearest; each of these stands for one request. */
function join(answers: readonly Answered[], spans: readonly Span[], { timeOrigin, loaded }: Browser) {
  const at = (time: number) => timeOrigin + time;
  const sent = loaded.filter(({ requestStart }) => requestStart > 0);
  const records = nearest(answers, sent, (answered, { path, requestStart }) =>
    path === answered.path ? at(requestStart) - answered.receivedAt : Number.NaN,
  );
  const askedAt = (answered: Answered) => {
    const record = records.get(answered);
    return record ? at(record.startTime) : answered.receivedAt;
  };
  const fetched = fetchSpans(spans);
  const own = nearest(answers, fetched, (answered, { startedAt, attributes }) =>
    new URL(String(attributes['url.full'])).pathname === answered.path ? startedAt - askedAt(answered) : Number.NaN,
  );
  const known = answers.map((answered): Known => {
    const { firstByteAt, finishedAt } = answered;
    const record = records.get(answered);
    return {
      answered,
      span: own.get(answered),
      askedAt: askedAt(answered),
      headerWayMs: record && firstByteAt !== null ? at(record.responseStart) - firstByteAt : 0,
      endWayMs: record ? at(record.responseEnd) - finishedAt : 0,
    };
  });
  const found = new Set(own.values());
  return { known, unanswered: fetched.filter((span) => !found.has(span)) };
}

/** Pairs of two kinds, the nearest first; `apart` is not a number where two can be no pair. */
function nearest<A, B>(all: readonly A[], others: readonly B[], apart: (one: A, other: B) => number): Map<A, B> {
  const pairs = all
    .flatMap((one) => others.map((other) => ({ one, other, apartMs: Math.abs(apart(one, other)) })))
    .filter(({ apartMs }) => apartMs <= mostApartMs)
    .sort((a, b) => a.apartMs - b.apartMs);
  const found = new Map<A, B>();
  const taken = new Set<B>();
  for (const { one, other } of pairs) {
    if (found.has(one) || taken.has(other)) continue;
    found.set(one, other);
    taken.add(other);
  }
  return found;
}

export type Evidence = {
  readonly answers: readonly Answered[];
  readonly spans: readonly Span[];
  readonly browser: Browser;
  /** The faults that cut answers short. */
  readonly cuts: ReadonlySet<string>;
  /** From when on the SDK may have let go of the player, Unix ms. */
  readonly leftAt: number;
};

/** What the origin and the browser say of each request that was answered, and what the SDK says. */
export function compareFetches({ answers, spans, browser, cuts, leftAt }: Evidence): Compared[] {
  const { known, unanswered } = join(answers, spans, browser);
  const retryOf = retryCounter();
  // What was under way when the SDK let go of the player, it does not know.
  const settled = known.filter(({ span, answered }) =>
    span ? span.attributes['fetch.result'] !== 'detached' : answered.receivedAt < leftAt,
  );
  const compared = settled.flatMap(({ answered, span, askedAt, headerWayMs, endWayMs }): Compared[] => {
    const { path, status, bytes, aborted, firstByteAt, finishedAt, faults } = answered;
    const cut = faults.some((fault) => cuts.has(fault));
    const result = cut || status >= 400 ? 'failed' : aborted ? 'aborted' : 'ok';
    const began = firstByteAt !== null;
    const ended = result !== 'aborted';
    const told = (name: string, otherwise = Number.NaN) => Number(span?.attributes[name] ?? otherwise);
    const straight = (wayMs: number) => ended && Math.abs(wayMs) <= longestWayMs;
    const all: readonly (readonly [when: boolean, ...Compare])[] = [
      [true, 'fetchResult', result, String(span?.attributes['fetch.result'])],
      [true, 'fetchRetry', retryOf(path, result), told('http.request.resend_count', span ? 0 : Number.NaN)],
      [began, 'fetchStatus', status, told('http.response.status_code')],
      // Of an answer that was cut short, pages are told the bytes at intervals only.
      [ended && !cut, 'fetchBytes', bytes, told('segment.size_bytes')],
      [straight(endWayMs), 'fetchDuration', finishedAt - askedAt, span?.durationMs ?? Number.NaN],
      [straight(headerWayMs) && began, 'ttfb', (firstByteAt ?? 0) - askedAt, told('ttfb_s') * 1000],
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
