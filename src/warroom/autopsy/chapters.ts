import type { Span, Trace } from '../api.ts';
import { align, offsetOf } from './clocks.ts';
import type { Evidence } from './evidence.ts';
import { originOf } from './evidence.ts';
import { intervalsOf, intervalText } from './freeze.ts';
import { endOf, sequenceOf } from './spans.ts';

/** Spans that stand together under a heading; `traceId` is what the heading leads to. */
export type Chapter = {
  readonly heading: string | null;
  readonly traceId: string | undefined;
  readonly spans: readonly Span[];
};

/** One waterfall over several traces, on one time axis. Spans that reach beyond the axis are cut by it. */
export type Plan = {
  readonly chapters: readonly Chapter[];
  readonly from: number;
  readonly to: number;
  /** What rows say instead of their length, by the id of the span. */
  readonly notes: ReadonlyMap<string, string>;
};

const mostOthers = 4;
const mostPlaylists = 8;
const marginMs = 500;

/** What the autopsy shows, from the picture back to the encoder. */
export function planOf(evidence: Evidence, aligned: boolean): Plan {
  const { stall, fetch, attempts, others, origin, publish, steps, playlists, spans } = evidence;
  const offset = offsetOf([fetch, ...playlists]);
  const placed = (some: readonly Span[]) => (aligned && offset ? align(some, stall.service, offset) : [...some]);
  const withOrigin = (span: Span) => placed([span, ...childOrigin(span, spans)]);
  const awaited = [...attempts, ...(fetch ? [fetch] : []), ...others.slice(0, mostOthers)];
  const apart = origin && origin.parentSpanId !== fetch?.spanId;
  const sequence = publish && sequenceOf(publish);
  const intervals = intervalsOf(evidence);
  const chapters: Chapter[] = [
    { heading: null, traceId: undefined, spans: [stall] },
    ...awaited.map((span) => ({ heading: 'waited for this fetch', traceId: span.traceId, spans: withOrigin(span) })),
    ...(apart ? [{ heading: answerOf(fetch), traceId: origin.traceId, spans: placed([origin]) }] : []),
    ...(publish
      ? [
          {
            heading: sequence === undefined ? 'published' : `publish of segment ${sequence}`,
            traceId: publish.traceId,
            spans: placed([publish, ...steps]),
          },
        ]
      : []),
    ...(playlists.length > 0
      ? [
          {
            heading: 'playlist updates of this session',
            traceId: undefined,
            spans: playlistsNear(evidence).flatMap(withOrigin),
          },
        ]
      : []),
    ...(intervals.length > 0
      ? [
          {
            heading: 'loss and feedback around the freeze, from both sides',
            traceId: undefined,
            spans: placed(intervals.map(({ span }) => span)),
          },
        ]
      : []),
  ];
  // A connection's interval lasts a minute: it has no say in how long the axis is.
  const drawn = chapters.flatMap((chapter) => chapter.spans).filter(({ name }) => name !== 'webrtc.connection');
  const notes = new Map(intervals.map((interval) => [interval.span.spanId, intervalText(interval)]));
  const from = Math.min(...drawn.map(({ startedAt }) => startedAt)) - (intervals.length > 0 ? marginMs : 0);
  const to = Math.max(...drawn.map(endOf)) + (intervals.length > 0 ? marginMs : 0);
  return { chapters, from, to, notes };
}

/** The traces of what is shown, each with all of its spans that were found. */
export function tracesOf({ chapters }: Plan, { spans }: Evidence): Trace[] {
  const ids = [...new Set(chapters.flatMap((chapter) => chapter.spans.map(({ traceId }) => traceId)))];
  return ids.map((traceId) => ({ traceId, spans: spans.filter((span) => span.traceId === traceId), linked: [] }));
}

/** What the origin's span is to a fetch that it is no child of. */
function answerOf(fetch: Span | undefined): string {
  const grade = fetch?.attributes['join.grade'];
  if (grade === 'replayed') return 'the origin’s answer to an earlier request, from a cache';
  return grade === 'collapsed'
    ? 'the origin’s answer, asked for by a cache for several viewers'
    : 'the origin’s answer';
}

function childOrigin(fetch: Span, spans: readonly Span[]): Span[] {
  const origin = originOf(fetch, spans);
  return origin && origin.parentSpanId === fetch.spanId ? [origin] : [];
}

/** Those that ended last before the awaited segment was asked for, and during the stall. */
function playlistsNear({ playlists, stall, fetch }: Evidence): Span[] {
  const until = Math.max(endOf(stall), fetch ? endOf(fetch) : 0);
  return playlists.filter(({ startedAt }) => startedAt <= until).slice(-mostPlaylists);
}
