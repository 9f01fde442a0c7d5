import type { Span } from '../api.ts';
import { number } from '../traces/attributes.ts';
import { offsetOf } from './clocks.ts';
import type { Evidence } from './evidence.ts';
import { originOf } from './evidence.ts';
import type { Publishing } from './publishing.ts';
import { publishing } from './publishing.ts';
import { arrived, endOf, failed, isMedia, objectOf, sequenceOf } from './spans.ts';

/** Where the time went before the segment had come, in seconds: each part begins where the one before it ends. */
export type Delays = {
  readonly publish: number;
  /** Published, or due, and not asked for: the playlist did not name it. */
  readonly playlist: number;
  /** In attempts that failed, and until the next one. */
  readonly failing: number;
  /** Asked for, and the answer had not begun. */
  readonly origin: number;
  /** The answer was on its way: that of the segment, given up or not, or of the playlist that was to name it. */
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
  /** The playlist's part of what the network took. */
  readonly playlistNetworkSec: number;
};

const soonMs = 3000;

export function timelineOf(evidence: Evidence): Timeline {
  const { stall, fetch, attempts } = evidence;
  const made = publishing(evidence);
  const asked = (attempts[0] ?? fetch)?.startedAt ?? endOf(stall);
  const { ms: offsetMs } = offsetOf([fetch, ...evidence.playlists]) ?? { ms: 0 };
  const publishedAt = made ? endOf(made.span) - offsetMs : undefined;
  const cameAt = fetch ? endOf(fetch) : asked;
  // What was asked for before it was there was waited for by its publisher's fault.
  const fetching = fetchingOf(evidence, publishedAt ?? Number.NEGATIVE_INFINITY);
  const gapMs = fetch ? gapOf(evidence, asked) : asked - lastAskedBefore(evidence, asked);
  const starving = asked >= stall.startedAt - 100;
  const durationMs = (fetch ? (number(fetch.attributes, 'segment.duration_s') ?? 0) : 0) * 1000;
  const unnamed =
    publishedAt === undefined
      ? (gapMs ?? 0) - durationMs
      : Math.min(asked - publishedAt, gapMs ?? Number.POSITIVE_INFINITY);
  const soon = publishedAt !== undefined && asked - publishedAt < Math.max(soonMs, 2 * durationMs);
  const seconds = (ms: number) => Math.max(0, ms) / 1000;
  const idleMs = starving ? Math.max(0, Math.min(unnamed, idleOf(evidence, asked))) : 0;
  const onTheWayMs = receivedWithin(evidence, asked - idleMs, asked);
  return {
    delays: {
      publish: made && soon ? made.lateSec : 0,
      playlist: seconds(idleMs - onTheWayMs),
      failing: seconds(fetching.failing),
      origin: seconds(fetching.origin),
      network: seconds(fetching.network + onTheWayMs),
    },
    publishing: made,
    gapSec: gapMs === undefined ? undefined : gapMs / 1000,
    publishedBeforeSec: publishedAt === undefined ? undefined : (asked - publishedAt) / 1000,
    tookSec: seconds(cameAt - asked),
    playlistNetworkSec: seconds(onTheWayMs),
  };
}

/** What the attempts at the segment waited for since then, ms; what passed before the next one belongs to the one before it. */
function fetchingOf({ attempts, fetch, spans }: Evidence, since: number) {
  const parts = { failing: 0, origin: 0, network: 0 };
  const tries = fetch ? [...attempts, fetch] : [];
  for (const [index, attempt] of tries.entries()) {
    const begun = Math.max(attempt.startedAt, since);
    const ms = Math.max(0, (tries[index + 1]?.startedAt ?? endOf(attempt)) - begun);
    const originMs = Math.min(ms, waitedMs(attempt, originOf(attempt, spans), begun));
    if (failed(attempt)) parts.failing += ms;
    else {
      parts.origin += originMs;
      parts.network += ms - originMs;
    }
  }
  return parts;
}

/** How long the answers of playlists were on their way within a time, ms. */
function receivedWithin({ playlists, spans }: Evidence, from: number, to: number): number {
  let until = from;
  let received = 0;
  for (const playlist of playlists) {
    if (failed(playlist)) continue;
    const begun = Math.max(until, playlist.startedAt + waitedMs(playlist, originOf(playlist, spans)));
    const ended = Math.min(to, endOf(playlist));
    received += Math.max(0, ended - begun);
    until = Math.max(until, ended);
  }
  return received;
}

/**
 * How long the server took to begin its answer: by itself where its span is the fetch's own, else as the viewer saw it. What was
 * given up without a first byte waited for nothing else.
 */
export function waitedMs(fetch: Span, origin: Span | undefined, since = fetch.startedAt): number {
  const own = origin && fetch.attributes['join.grade'] !== 'replayed';
  const told = own ? (number(origin.attributes, 'ttfb_s') ?? origin.durationMs / 1000) : undefined;
  const seen = number(fetch.attributes, 'timing.wait_s') ?? number(fetch.attributes, 'ttfb_s');
  const never = arrived(fetch) ? 0 : fetch.durationMs / 1000;
  return Math.max(0, (told ?? seen ?? never) * 1000 - Math.max(0, since - fetch.startedAt));
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
