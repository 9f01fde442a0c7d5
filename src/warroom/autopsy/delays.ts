import type { Span } from '../api.ts';
import { number } from '../traces/attributes.ts';
import { offsetOf } from './clocks.ts';
import type { Evidence } from './evidence.ts';
import type { Publishing } from './publishing.ts';
import { publishing } from './publishing.ts';
import { endOf, isMedia, objectOf, sequenceOf } from './spans.ts';

/** Where the time went before the segment had come, in seconds: each part begins where the one before it ends. */
export type Delays = {
  readonly publish: number;
  /** Published, or due, and not asked for: the playlist did not name it. */
  readonly playlist: number;
  readonly failing: number;
  /** Asked for, and the answer had not begun. */
  readonly origin: number;
  readonly network: number;
};

export type Timeline = {
  readonly delays: Delays;
  readonly publishing: Publishing | undefined;
  /** From one segment's first request to the next one's; undefined where the one before is not known. */
  readonly gapSec: number | undefined;
  /** Published, by the viewer's clock, before it was asked for; undefined where that is not known. */
  readonly publishedBeforeSec: number | undefined;
  readonly tookSec: number;
};

const soonMs = 3000;

export function timelineOf(evidence: Evidence): Timeline {
  const { stall, fetch, attempts, origin } = evidence;
  const made = publishing(evidence);
  const asked = (attempts[0] ?? fetch)?.startedAt ?? endOf(stall);
  const { ms: offsetMs } = offsetOf([fetch, ...evidence.playlists]) ?? { ms: 0 };
  const publishedAt = made ? endOf(made.span) - offsetMs : undefined;
  const cameAt = fetch ? endOf(fetch) : asked;
  // What was asked for before it was there was waited for by its publisher's fault.
  const begun = Math.max(fetch?.startedAt ?? asked, publishedAt ?? 0);
  const answerMs = Math.max(0, cameAt - begun);
  const originMs = fetch ? Math.min(answerMs, waitedMs(fetch, origin, begun)) : 0;
  const gapMs = fetch ? gapOf(evidence, asked) : asked - lastAskedBefore(evidence, asked);
  const starving = asked >= stall.startedAt - 100;
  const durationMs = (fetch ? (number(fetch.attributes, 'segment.duration_s') ?? 0) : 0) * 1000;
  const unnamed =
    publishedAt === undefined
      ? (gapMs ?? 0) - durationMs
      : Math.min(asked - publishedAt, gapMs ?? Number.POSITIVE_INFINITY);
  const soon = publishedAt !== undefined && asked - publishedAt < Math.max(soonMs, 2 * durationMs);
  const failing = attempts.length > 0 ? (fetch?.startedAt ?? asked) - Math.max(asked, publishedAt ?? 0) : 0;
  const seconds = (ms: number) => Math.max(0, ms) / 1000;
  return {
    delays: {
      publish: made && soon ? made.lateSec : 0,
      playlist: starving ? seconds(Math.min(unnamed, idleOf(evidence, asked))) : 0,
      failing: seconds(failing),
      origin: seconds(originMs),
      network: seconds(answerMs - originMs),
    },
    publishing: made,
    gapSec: gapMs === undefined ? undefined : gapMs / 1000,
    publishedBeforeSec: publishedAt === undefined ? undefined : (asked - publishedAt) / 1000,
    tookSec: seconds(cameAt - asked),
  };
}

/** How long the server took to begin its answer: by itself where its span is the fetch's own, else as the viewer saw it. */
export function waitedMs(fetch: Span, origin: Span | undefined, since = fetch.startedAt): number {
  const own = origin && fetch.attributes['join.grade'] !== 'replayed';
  const told = own ? number(origin.attributes, 'ttfb_s') : undefined;
  const seen = number(fetch.attributes, 'timing.wait_s') ?? number(fetch.attributes, 'ttfb_s');
  return Math.max(0, (told ?? seen ?? 0) * 1000 - Math.max(0, since - fetch.startedAt));
}

/** Since the segment before this one was asked for: as long as that, the playlist named nothing new. */
function gapOf(evidence: Evidence, asked: number): number | undefined {
  const before = fetchesBefore(evidence);
  return before.length === 0 ? undefined : asked - Math.max(...before.map(({ startedAt }) => startedAt));
}

/** Since the segments before this one had come or were given up: until then the player was busy, whatever the playlist named. */
function idleOf(evidence: Evidence, asked: number): number {
  return asked - Math.max(0, ...fetchesBefore(evidence).map((span) => Math.min(asked, endOf(span))));
}

function fetchesBefore({ fetch, stall, spans }: Evidence): Span[] {
  const sequence = fetch && sequenceOf(fetch);
  if (sequence === undefined) return [];
  const session = stall.attributes['session.id'];
  return spans.filter(
    (span) =>
      isMedia(span) &&
      span.attributes['session.id'] === session &&
      span.attributes['object.type'] === fetch?.attributes['object.type'] &&
      objectOf(span) !== objectOf(fetch as Span) &&
      (sequenceOf(span) ?? sequence) < sequence,
  );
}

function lastAskedBefore({ stall, spans }: Evidence, at: number): number {
  const session = stall.attributes['session.id'];
  const asked = spans.filter(
    (span) => isMedia(span) && span.attributes['session.id'] === session && span.startedAt < at,
  );
  return asked.length === 0 ? stall.startedAt : Math.max(...asked.map(({ startedAt }) => startedAt));
}
