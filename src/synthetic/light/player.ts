import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { PlaybackEvent } from '../../core/events.ts';
import { dashManifests } from './dash.ts';
import { hlsManifests } from './hls.ts';
import { playhead } from './playhead.ts';
import type { Asked, Requests } from './requests.ts';
import type { Listing, Manifest, Piece, Segment, Track } from './stream.ts';

export type PlayOptions = {
  readonly url: string;
  readonly protocol: 'hls' | 'dash';
  readonly requests: Requests;
  readonly emit: (event: PlaybackEvent) => void;
  readonly signal: AbortSignal;
};

/** One track on its way through the player. */
type Lane = {
  track?: Track;
  listing?: Listing;
  /** It holds everything from the playhead to here. */
  bufferedToSec?: number;
  isComplete: boolean;
  /** Unix ms of the capture of second 0 of the timeline. */
  capturedZeroMs?: number | undefined;
  inits: string[];
  keyUrl?: string;
};

const readers = { hls: hlsManifests, dash: dashManifests };
const sampleMs = 1000;
// As much as hls.js holds; at the live edge there is never so much.
const mostBufferedSec = 30;
// Durations in playlists are rounded.
const gapSec = 0.1;
const shortestRefreshMs = 500;

/**
 * Plays a stream at its real pace with a model of a buffer: playlists and segments are fetched, and thrown away. It plays the
 * lowest rendition, so that what it asks of an origin does not depend on how it is answered. Resolves when the signal aborts, or
 * when the stream is over or has failed.
 */
export async function play({ url, protocol, requests, emit, signal }: PlayOptions): Promise<void> {
  const head = playhead(tell);
  const news = new EventEmitter();
  const failed = new AbortController();
  const over = AbortSignal.any([signal, failed.signal]);
  let lanes: readonly Lane[] = [];
  let begun = false;

  emit({ type: 'load', at: performance.now(), source: url });
  emit({ type: 'play', at: performance.now() });
  const sampling = setInterval(sample, sampleMs);
  over.addEventListener('abort', () => clearInterval(sampling));
  try {
    await run();
    for (; !head.ended(); sample()) await pause(sampleMs, undefined, { signal: over });
  } catch (error) {
    if (!signal.aborted) fail(error as Error);
  }
  clearInterval(sampling);

  async function run() {
    const { url: address, body } = await fetch({ url }, { objectType: 'manifest' });
    const manifests = readers[protocol](body, address);
    lanes = manifests.flatMap(({ trackCount }) =>
      Array.from({ length: trackCount }, () => ({ isComplete: false, inits: [] })),
    );
    const counts = manifests.map(({ trackCount }) => trackCount);
    const lanesOf = (index: number) => {
      const from = counts.slice(0, index).reduce((sum, count) => sum + count, 0);
      return lanes.slice(from, from + (counts[index] ?? 0));
    };
    await Promise.all([...manifests.map((manifest, index) => follow(manifest, lanesOf(index))), ...lanes.map(fill)]);
  }

  /** Keeps a playlist or an MPD fresh (RFC 8216, 6.3.4: after its target duration, or after half of it if nothing is new). */
  async function follow(manifest: Manifest, of: readonly Lane[]) {
    let { text } = manifest;
    for (;;) {
      const askedAt = performance.now();
      text ??= (await fetch({ url: manifest.url }, { objectType: 'manifest' })).body;
      const listing = manifest.read(text);
      text = undefined;
      const isNew = take(listing, of);
      if (!listing.isLive) return;
      const nextMs = listing.refreshSec * 1000 * (isNew ? 1 : 0.5);
      await pause(Math.max(shortestRefreshMs, askedAt + nextMs - performance.now()), undefined, { signal: over });
    }
  }

  function take(listing: Listing, of: readonly Lane[]): boolean {
    const newest = (track: Track | undefined) => track?.segments.at(-1)?.url;
    const isNew = newest(of[0]?.track) !== newest(listing.tracks[0]);
    for (const [index, lane] of of.entries()) {
      lane.listing = listing;
      const track = listing.tracks[index];
      if (track) lane.track = track;
    }
    if (of[0] === lanes[0]) {
      if (!begun) head.begin(listing.beginsAtSec(Date.now()));
      begun = true;
      sample();
    }
    news.emit('listed');
    return isNew;
  }

  async function fill(lane: Lane) {
    for (let segment = await due(lane); segment; segment = await due(lane)) {
      const { track, listing } = lane as Required<Lane>;
      const { init, keyUrl, sequence, durationSec, startSec, capturedAtMs } = segment;
      const { objectType, rendition } = track;
      if (init && !lane.inits.includes(init.url + init.range)) {
        await fetch(init, { objectType: 'init', rendition });
        lane.inits.push(init.url + init.range);
      }
      if (keyUrl && keyUrl !== lane.keyUrl) await fetch({ url: keyUrl }, { objectType: 'key' });
      if (keyUrl) lane.keyUrl = keyUrl;
      await fetch(segment, { objectType, sequence, durationSec, rendition });
      // The player may have gone on elsewhere in the meantime.
      lane.bufferedToSec = Math.max(lane.bufferedToSec ?? 0, startSec + durationSec);
      lane.capturedZeroMs = capturedAtMs === undefined ? undefined : capturedAtMs - startSec * 1000;
      lane.isComplete = !listing.isLive && segment === track.segments.at(-1);
      tellBuffer();
    }
  }

  /** The next segment, when it is listed and there is room for it; undefined after the last one. */
  async function due(lane: Lane): Promise<Segment | undefined> {
    for (;;) {
      const { track, listing, bufferedToSec = head.position(performance.now()) } = lane;
      const next = begun
        ? track?.segments.find(({ startSec, durationSec }) => startSec + durationSec > bufferedToSec + gapSec)
        : undefined;
      if (next && listing) {
        if (listing.isLive && next === track?.segments[0] && next.startSec > bufferedToSec + gapSec) catchUp(listing);
        else {
          const tooMuchSec = bufferedToSec - head.position(performance.now()) - mostBufferedSec;
          if (tooMuchSec <= 0) return next;
          await pause(tooMuchSec * 1000, undefined, { signal: over });
        }
      } else if (begun && lane.isComplete) return undefined;
      else await once(news, 'listed', { signal: over });
    }
  }

  /** What comes next is not listed any more: the player goes on at the live point. */
  function catchUp(listing: Listing) {
    const at = performance.now();
    const toSec = listing.beginsAtSec(Date.now());
    head.jump(toSec, at);
    for (const lane of lanes) lane.bufferedToSec = Math.max(lane.bufferedToSec ?? 0, toSec);
    tellBuffer();
  }

  function tellBuffer() {
    const to = Math.min(...lanes.map(({ bufferedToSec = Number.NEGATIVE_INFINITY }) => bufferedToSec));
    if (Number.isFinite(to))
      head.buffered(
        to,
        performance.now(),
        lanes.every(({ isComplete }) => isComplete),
      );
  }

  function fetch(piece: Piece, asked: Asked) {
    const bufferAheadSec = head.bufferAheadSec(performance.now());
    return requests.fetch(piece, { ...asked, bufferAheadSec });
  }

  function tell(event: PlaybackEvent) {
    const rendition = lanes[0]?.track?.rendition;
    if (event.type === 'playing' && rendition) emit({ type: 'quality', at: event.at, rendition });
    emit(event);
  }

  function sample() {
    const at = performance.now();
    head.pass(at);
    const position = head.position(at);
    const [main] = lanes;
    const last = main?.track?.segments.at(-1);
    const { isLive = false, targetDurationSec = 0 } = main?.listing ?? {};
    const edge = last && { sequence: last.sequence, targetDurationSec, endSec: last.startSec + last.durationSec };
    const zeroMs = isLive ? main?.capturedZeroMs : undefined;
    emit({
      ...{ type: 'sample', at, position, bufferAheadSec: head.bufferAheadSec(at) },
      ...(isLive && edge && { edge }),
      ...(zeroMs !== undefined && { liveLatencySec: (Date.now() - zeroMs) / 1000 - position }),
    });
  }

  function fail({ message, cause }: Error) {
    failed.abort();
    const errorType = typeof cause === 'string' ? cause : 'manifest_parse';
    emit({ type: 'error', at: performance.now(), errorType, fatal: true, message });
  }
}
