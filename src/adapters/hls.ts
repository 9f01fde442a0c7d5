import type { Rendition, Sample } from '../core/events.ts';
import { observeResources } from '../page/resource-timing.ts';
import type { Adapter, Look, Watch } from './adapter.ts';
import { can, nextRequestId } from './adapter.ts';
import type { Fragment, LoaderContext } from './hls/attempts.ts';
import type { LoaderConfig } from './hls/requests.ts';
import { objectTypeOf, watchLoaders } from './hls/requests.ts';
import { bufferAhead, media } from './media.ts';
import { screen } from './screen.ts';

/**
 * hls.js 1.5 to 1.7. The element says what the picture does (media.ts), the loaders say what is fetched (hls/requests.ts);
 * of the player's own events only those are used that carry meaning:
 *
 * | event                                      | word                                              |
 * |--------------------------------------------|---------------------------------------------------|
 * | hlsManifestLoading                         | load                                              |
 * | hlsMediaDetaching                          | pause                                             |
 * | hlsManifestLoaded, sent before we came     | request                                           |
 * | hlsLevelSwitched (the playhead enters it)  | quality                                           |
 * | hlsError                                   | error, unless a request attempt told it already   |
 * | hlsLevelUpdated                            | sample                                            |
 * | hlsDestroying                              | quit                                              |
 */
export const hls: Adapter<Hls> = {
  protocol: 'hls',
  playerName: 'hls.js',
  blind: [],
  kind: 'an hls.js player',
  recognises: (player) =>
    can(player, 'on off trigger loadSource attachMedia detachMedia') && 'config' in player && 'levels' in player,
  watch: watchHls,
};

/** The parts of hls.js that are read; checked against its own types in the tests. */
export type Hls = {
  readonly media: HTMLMediaElement | null;
  readonly config: object;
  readonly levels: readonly Level[];
  readonly currentLevel: number;
  readonly audioTracks: readonly { readonly url?: string }[];
  readonly playingDate: Date | null;
  readonly liveSyncPosition: number | null;
  /** Seconds behind the edge from which on it goes back to the live point by itself; may be endless. */
  readonly maxLatency: number;
  // Its events are typed one by one; we subscribe by name, so that no version's list of events is needed.
  on(event: never, listener: never): void;
  off(event: never, listener: never): void;
};

/** Public since 1.6, there before. */
type Sourced = { readonly url?: string | null };

type Level = {
  readonly bitrate: number;
  readonly averageBitrate?: number;
  readonly width: number;
  readonly height: number;
  readonly codecs?: string;
  readonly videoCodec?: string | undefined;
  readonly details?:
    | {
        readonly live: boolean;
        readonly endSN: number;
        readonly edge: number;
        readonly targetduration: number;
        readonly fragments: readonly { readonly start: number }[];
      }
    | undefined;
};

type ErrorData = {
  readonly type: string;
  readonly details: string;
  readonly fatal: boolean;
  readonly error?: Error;
  readonly reason?: string;
  readonly response?: { readonly code?: number };
};

type ManifestData = {
  readonly url: string;
  readonly networkDetails?: { readonly status?: number; readonly responseURL?: string };
  readonly stats?: { readonly loaded: number; readonly loading: { start: number; first: number; end: number } };
};

// The player moves the playhead by itself right after it reports one of these.
const jumps = /^(bufferSeekOverHole|bufferNudgeOnStall)$/;
// Signals of playback and of intended aborts: nothing has failed.
const harmless = /^(aborted|bufferStalledError|bufferSeekOverHole|bufferNudgeOnStall|bufferFullError)$/;
const jumpWithinMs = 300;
const smallJumpSec = 1;
const nearSec = 0.5;

function watchHls(player: Hls, watch: Watch): Look {
  const { signal, now, emit, guard } = watch;
  let element: AbortController | undefined;
  let look: Look | undefined;
  let jumpedAt = Number.NEGATIVE_INFINITY;
  let updatedAt = Number.NEGATIVE_INFINITY;
  let manifestSeen = false;
  // Nothing has moved yet in this element.
  let fresh = true;
  const onScreen = screen(watch, sample);

  function on<Data>(event: string, run: (data: Data) => void) {
    const listener = guard((_: string, data: Data) => run(data));
    player.on(event as never, listener as never);
    signal.addEventListener('abort', () => player.off(event as never, listener as never));
  }

  // Without it the phases are missing, and nothing else.
  guard(observeResources)(signal);
  watchLoaders(player.config as LoaderConfig, describe, watch);

  on<{ url: string }>('hlsManifestLoading', ({ url }) => {
    onScreen.reset();
    emit({ type: 'load', at: now(), source: url });
  });
  on('hlsManifestLoaded', recoverManifest);
  // Not hlsMediaAttached: the page may ask to play before the media source is open.
  on('hlsMediaAttaching', watchElement);
  on('hlsMediaDetaching', () => {
    element?.abort();
    look = undefined;
    // Without an element there is no picture, whatever the viewer wants; the next one says how it stands.
    emit({ type: 'pause', at: now() });
  });
  on<{ level: number }>('hlsLevelSwitched', ({ level }) => showLevel(level));
  on('hlsLevelUpdated', () => {
    updatedAt = now();
    sample();
  });
  on<ErrorData>('hlsError', (data) => {
    if (jumps.test(data.details)) jumpedAt = now();
    if (!data.fatal && (data.type === 'networkError' || harmless.test(data.details))) return;
    const { error, reason, details, fatal } = data;
    emit({
      type: 'error',
      at: now(),
      errorType: errorTypeOf(data),
      fatal,
      message: error?.message ?? reason ?? details,
    });
  });
  on('hlsDestroying', () => emit({ type: 'quit', at: now(), reason: 'destroyed' }));
  signal.addEventListener('abort', () => element?.abort());

  const { url } = player as Sourced;
  if (url) emit({ type: 'load', at: now(), source: url });
  if (player.currentLevel >= 0) showLevel(player.currentLevel);
  watchElement();
  return () => look?.();

  function watchElement() {
    element?.abort();
    if (!player.media || signal.aborted) return;
    element = new AbortController();
    fresh = true;
    const told: Watch['emit'] = (event) => {
      if (event.type === 'playing') fresh = false;
      emit(event);
    };
    onScreen.watch(player.media, element.signal);
    look = media(player.media, { ...watch, emit: told, signal: element.signal }, { madeByPlayer, live });
  }

  function describe(context: LoaderContext, url: string) {
    const { frag, part } = context;
    if (context.type === 'manifest') manifestSeen = true;
    const level = frag && frag.type === 'main' ? player.levels[frag.level] : undefined;
    const objectType = objectTypeOf(
      context,
      player.audioTracks.some((track) => track.url),
    );
    return {
      objectType:
        objectType === 'muxed' && level && !level.videoCodec && level.height === 0 ? ('audio' as const) : objectType,
      sequence: sequenceOf(frag),
      part: part?.index,
      durationSec: part?.duration ?? (typeof frag?.sn === 'number' ? frag.duration : undefined),
      rendition: level && rendition(level),
      bufferAheadSec: player.media ? bufferAhead(player.media) : 0,
      blocking: url.includes('_HLS_msn=') || undefined,
    };
  }

  /** A multivariant playlist that was under way before we came: told afterwards, without a trace context. */
  function recoverManifest({ url, stats, networkDetails }: ManifestData) {
    const seen = manifestSeen;
    manifestSeen = false;
    if (seen || !stats?.loading.end) return;
    const { start, first, end } = stats.loading;
    const request = { id: nextRequestId(), objectType: 'manifest', url, retry: 0 } as const;
    emit({ type: 'request', at: start, request });
    const outcome = {
      result: 'ok',
      status: networkDetails?.status,
      finalUrl: networkDetails?.responseURL,
      ttfbMs: first - start,
      durationMs: end - start,
      bytes: stats.loaded,
      cache: 'unknown',
    } as const;
    emit({ type: 'request', at: end, request, outcome });
  }

  function showLevel(index: number) {
    const level = player.levels[index];
    if (level) onScreen.show(rendition(level));
  }

  function sample() {
    if (!player.media) return;
    const { currentTime: position } = player.media;
    emit({ type: 'sample', at: now(), position, bufferAheadSec: bufferAhead(player.media), ...live() });
  }

  function playlist() {
    return (player.levels[player.currentLevel] ?? player.levels.find((level) => level.details))?.details;
  }

  function live(): Pick<Sample, 'liveLatencySec' | 'edge'> {
    const details = playlist();
    if (!details?.live) return {};
    const shown = player.playingDate?.getTime();
    return {
      edge: { sequence: details.endSN, targetDurationSec: details.targetduration, endSec: details.edge },
      liveLatencySec: shown === undefined ? undefined : (Date.now() - shown) / 1000,
    };
  }

  function madeByPlayer(from: number, to: number): boolean {
    // It goes to where it begins, or, after recoverMediaError, to where it was.
    if (fresh) return true;
    if (now() - jumpedAt < jumpWithinMs) return Math.abs(to - from) < smallJumpSec || to > from;
    // Fallen out of the window, or too far behind, the player goes to the live point when a playlist comes in.
    const { liveSyncPosition } = player;
    const { fragments = [], edge = 0 } = playlist() ?? {};
    const isLost = from < (fragments[0]?.start ?? 0) || from > edge || edge - from > player.maxLatency;
    const atLivePoint = liveSyncPosition !== null && Math.abs(to - liveSyncPosition) < nearSec;
    return isLost && atLivePoint && now() - updatedAt < jumpWithinMs;
  }
}

function sequenceOf(frag: Fragment | undefined): number | undefined {
  return typeof frag?.sn === 'number' ? frag.sn : undefined;
}

function rendition({ bitrate, averageBitrate, width, height, codecs, videoCodec }: Level): Rendition {
  return { bitrate, averageBitrate, width, height, codecs: codecs || videoCodec };
}

function errorTypeOf({ type, details, response }: ErrorData): string {
  const status = response?.code ?? 0;
  if (status >= 400) return `http_${status}`;
  if (/TimeOut$/.test(details)) return 'timeout';
  if (/^manifest(Parsing|Incompatible)/.test(details)) return 'manifest_parse';
  if (type === 'networkError') return 'connection_failed';
  if (type === 'keySystemError') return 'drm';
  if (/^(bufferAppend|bufferAdd|bufferIncompatible)/.test(details)) return 'media_append';
  return type === 'mediaError' || type === 'muxError' ? 'media_decode' : 'player';
}
