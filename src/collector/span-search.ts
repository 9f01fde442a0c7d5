import type { Span } from './receive/read-spans.ts';

export type SpanQuery = {
  readonly stream?: string | undefined;
  readonly session?: string | undefined;
  readonly name?: string | undefined;
  /** `segment.sequence` */
  readonly sequence?: number | undefined;
  /** Unix ms, each by the clock of who sent the span: those that touch the window from here … */
  readonly from?: number | undefined;
  /** … to here. */
  readonly to?: number | undefined;
  /** Default 200, at most 1000. */
  readonly limit?: number;
};

export const mostSpansFound = 1000;

const mostFetches = 2000;
const grades = ['own', 'replayed', 'collapsed', 'none'] as const;

/** The spans that match, of the newest traces first, in the order of time. `matched` counts those that were left out, too. */
export function findSpans(newestFirst: Iterable<Span>, { limit = 200, ...query }: SpanQuery) {
  const spans: Span[] = [];
  let matched = 0;
  for (const span of newestFirst) {
    if (!matches(span, query)) continue;
    matched += 1;
    if (matched <= limit) spans.push(span);
  }
  return { matched, spans: spans.sort((a, b) => a.startedAt - b.startedAt) };
}

function matches({ name, startedAt, durationMs, attributes }: Span, query: SpanQuery): boolean {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = query;
  return (
    startedAt <= to &&
    startedAt + durationMs >= from &&
    (query.name === undefined || name === query.name) &&
    (query.session === undefined || attributes['session.id'] === query.session) &&
    (query.stream === undefined || attributes['stream.id'] === query.stream) &&
    (query.sequence === undefined || attributes['segment.sequence'] === query.sequence)
  );
}

/** How the newest fetches were joined with their origin's side, by `join.grade`. */
export function joinGrades(newestFirst: Iterable<Span>, stream?: string) {
  const counts = { own: 0, replayed: 0, collapsed: 0, none: 0 };
  let fetches = 0;
  for (const { attributes } of newestFirst) {
    const grade = grades.find((each) => each === attributes['join.grade']);
    if (!grade || (stream !== undefined && attributes['stream.id'] !== stream)) continue;
    counts[grade] += 1;
    fetches += 1;
    if (fetches === mostFetches) break;
  }
  return { fetches, grades: counts };
}
