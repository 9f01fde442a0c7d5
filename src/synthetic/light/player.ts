import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { PlaybackEvent } from '../../core/events.ts';
import { dashManifests } from './dash.ts';
import { hlsManifests } from './hls.ts';
import type { Lane, Step } from './lane.ts';
import { emptyLane, stepOf } from './lane.ts';
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

const readers = { hls: hlsManifests, dash: dashManifests };
const sampleMs = 1000;
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
    const followed = manifests.map((manifest) => ({
      manifest,
      of: Array.from({ length: manifest.trackCount }, emptyLane),
    }));
    lanes = followed.flatMap(({ of }) => of);
    await Promise.all([...followed.map(({ manifest, of }) => follow(manifest, of)), ...lanes.map(fill)]);
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
    while (!lane.isComplete) {
      const positionSec = head.position(performance.now());
      const step: Step = begun ? stepOf(lane, positionSec) : { kind: 'wait' };
      if (step.kind === 'wait') await once(news, 'listed', { signal: over });
      else if (step.kind === 'lost') catchUp(step.listing);
      else if (step.kind === 'fetch') {
        if (step.afterSec > 0) await pause(step.afterSec * 1000, undefined, { signal: over });
        await fetchSegment(lane, step.segment);
      } else lane.isComplete = true;
      tellBuffer();
    }
  }

  async function fetchSegment(lane: Lane, segment: Segment) {
    const { objectType, rendition } = lane.track as Track;
    const { init, keyUrl, sequence, durationSec, startSec, capturedAtMs } = segment;
    const initName = init && `${init.url} ${init.range}`;
    if (initName && !lane.inits.has(initName)) {
      await fetch(init, { objectType: 'init', rendition });
      lane.inits.add(initName);
    }
    if (keyUrl && keyUrl !== lane.keyUrl) {
      await fetch({ url: keyUrl }, { objectType: 'key' });
      lane.keyUrl = keyUrl;
    }
    await fetch(segment, { objectType, sequence, durationSec, rendition });
    // The player may have gone on elsewhere in the meantime.
    lane.bufferedToSec = Math.max(lane.bufferedToSec ?? 0, startSec + durationSec);
    lane.capturedZeroMs = capturedAtMs === undefined ? undefined : capturedAtMs - startSec * 1000;
  }

  /** What comes next is not listed any more: the player goes on at the live point. */
  function catchUp(listing: Listing) {
    const at = performance.now();
    const toSec = listing.beginsAtSec(Date.now());
    head.jump(toSec, at);
    for (const lane of lanes) lane.bufferedToSec = Math.max(lane.bufferedToSec ?? 0, toSec);
  }

  function tellBuffer() {
    const toSec = Math.min(...lanes.map(({ bufferedToSec = Number.NEGATIVE_INFINITY }) => bufferedToSec));
    const isLast = lanes.every(({ isComplete }) => isComplete);
    if (Number.isFinite(toSec)) head.buffered(toSec, performance.now(), isLast);
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
