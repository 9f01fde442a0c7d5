import type { Sample } from '../core/events.ts';
import { observeResources } from '../page/resource-timing.ts';
import type { Adapter, Look, Watch } from './adapter.ts';
import { can } from './adapter.ts';
import { errorOf } from './dash/errors.ts';
import { eventsOf } from './dash/events.ts';
import { watchHttpList } from './dash/http-list.ts';
import { isOwnJump } from './dash/jumps.ts';
import { watchLicences } from './dash/licences.ts';
import type { Mpd } from './dash/mpd.ts';
import { newestSegments } from './dash/mpd.ts';
import type { Dash } from './dash/player.ts';
import { ask } from './dash/player.ts';
import type { Representation } from './dash/renditions.ts';
import { describeRequest, renditionOf, representationAt, representationInUse } from './dash/renditions.ts';
import type { FragmentRequest, Intercepting } from './dash/requests.ts';
import { watchRequests } from './dash/requests.ts';
import { bufferAhead, media } from './media.ts';
import { screen } from './screen.ts';

export type { Dash } from './dash/player.ts';

/**
 * dash.js 5 and 4. The element says what the picture does (media.ts), interceptors say what is fetched (dash/requests.ts), of
 * version 4 its metrics (dash/http-list.ts); of the player's own events only those are used that carry meaning:
 *
 * | event                                          | word                                              |
 * |------------------------------------------------|---------------------------------------------------|
 * | manifestLoadingStarted, the first of a source  | load                                              |
 * | streamTeardownComplete                         | pause                                             |
 * | qualityChangeRendered (the playhead enters it) | quality                                           |
 * | error                                          | error, unless a request attempt told it already   |
 * | manifestLoaded                                 | sample                                            |
 * | public_licenseRequestSending, …Complete        | request                                           |
 * | destroy(), which has no event                  | quit                                              |
 */
export const dash: Adapter<Dash> = {
  protocol: 'dash',
  playerName: 'dash.js',
  blind: [],
  kind: 'a dash.js player',
  recognises: (player) => can(player, 'on off attachSource attachView getDashMetrics updateSettings getVersion'),
  watch: watchDash,
};

type Synthetic = { readonly streaming: { readonly buffer: { readonly syntheticStallEvents?: { enabled: boolean } } } };
/** Version 5 tells the representation, version 4 its index. */
type QualityData = {
  readonly mediaType: string;
  readonly newRepresentation?: Representation;
  readonly newQuality?: number;
};
type ErrorData = Parameters<typeof errorOf>[0];

function watchDash(player: Dash, watch: Watch): Look {
  const { signal, now, emit, guard } = watch;
  let element: AbortController | undefined;
  let video: HTMLMediaElement | undefined;
  let look: Look | undefined;
  let newest: ReadonlyMap<string, Sample['edge']> = new Map();
  // The player has been given a source and not let go of it.
  let loaded = false;
  let manifestLoaded = false;
  // Nothing has moved yet in this element.
  let fresh = true;
  let moving = false;
  let shown: { video?: Representation | undefined; audio?: Representation | undefined } = {};
  const onScreen = screen(watch, sample);
  const on = eventsOf(player, watch);

  // Without it the phases are missing, and nothing else.
  guard(observeResources)(signal);
  const renewInterceptors = player.addRequestInterceptor
    ? watchRequests(player as Intercepting, describe, watch)
    : watchHttpList(player, describe, watch);
  const renewFilter = watchLicences(player, watch);
  watchDestroy();

  on('manifestLoadingStarted', begin);
  on<{ data?: Mpd | null }>('manifestLoaded', ({ data }) => {
    if (!data) return;
    // A manifest object is not loaded from anywhere.
    if (!loaded) begin();
    manifestLoaded = true;
    newest = newestSegments(data);
    sample();
  });
  on('streamInitialized', watchElement);
  on('playbackMetaDataLoaded', watchElement);
  on('streamTeardownComplete', () => {
    loaded = false;
    if (!element) return;
    element.abort();
    element = video = look = undefined;
    // Without a source there is no picture, whatever the viewer wants; the next one says how it stands.
    emit({ type: 'pause', at: now() });
  });
  on<QualityData>('qualityChangeRendered', ({ mediaType, newRepresentation, newQuality }) => {
    const representation = newRepresentation ?? representationAt(player, mediaType, newQuality) ?? current(mediaType);
    if (!representation || (mediaType !== 'video' && mediaType !== 'audio')) return;
    shown = { ...shown, [mediaType]: representation };
    // The picture that is fetched while its first one is yet to come may be another.
    if (shown.video || !current('video')) showRendition();
  });
  on<ErrorData>('error', (data) => {
    const error = errorOf(data, !manifestLoaded);
    if (error) emit({ type: 'error', at: now(), ...error });
  });
  signal.addEventListener('abort', () => element?.abort());

  watchSource();
  watchElement();
  if (video && video.currentTime > 0) {
    shown = { video: current('video'), audio: current('audio') };
    showRendition();
  }
  return () => look?.();

  function begin() {
    // reset() takes away what was added.
    renewInterceptors();
    renewFilter();
    watchSource();
    watchElement();
  }

  /** An MPD is loaded again and again, from where its tokens are fresh: only after a teardown it is another content. */
  function watchSource() {
    const source = ask(() => player.getSource());
    if (!source || loaded) return;
    loaded = true;
    manifestLoaded = false;
    shown = {};
    onScreen.reset();
    newest = new Map();
    // What it does by itself begins here, in an element that was there before too.
    video = undefined;
    emit({ type: 'load', at: now(), source: typeof source === 'string' ? source : 'manifest object' });
  }

  function watchElement() {
    const found = ask(() => player.getVideoElement());
    if (!found || found === video || signal.aborted) return;
    element?.abort();
    element = new AbortController();
    video = found;
    fresh = true;
    moving = false;
    const told: Watch['emit'] = (event) => {
      if (event.type === 'playing') fresh = false;
      if (event.type !== 'sample') moving = event.type === 'playing';
      emit(event);
    };
    // Another period may come with another media source, which begins where the player goes to.
    const renew = () => {
      fresh = true;
    };
    found.addEventListener('emptied', renew, { signal: element.signal });
    onScreen.watch(found, element.signal);
    look = media(found, { ...watch, emit: told, signal: element.signal }, { madeByPlayer, live, autoplay, holdsBack });
  }

  function describe(asked: FragmentRequest) {
    return { ...describeRequest(asked), bufferAheadSec: video ? bufferAhead(video) : 0 };
  }

  function current(type: string): Representation | undefined {
    return representationInUse(player, type);
  }

  function showRendition() {
    const { video: picture, audio: sound = current('audio') } = shown;
    const first = picture ?? sound;
    if (first) onScreen.show(renditionOf(first, picture && sound));
  }

  function sample() {
    if (!video) return;
    emit({ type: 'sample', at: now(), position: video.currentTime, bufferAheadSec: bufferAhead(video), ...live() });
  }

  function live(): Pick<Sample, 'liveLatencySec' | 'edge'> {
    // By the clock that the player set by UTCTiming; NaN where nothing is live, 0 before it plays.
    const latencySec = ask(() => player.getCurrentLiveLatency()) ?? 0;
    const [anyone] = newest.values();
    const edge = newest.get(String(current('video')?.id)) ?? anyone;
    return { ...(edge && { edge }), ...(latencySec > 0 && { liveLatencySec: latencySec }) };
  }

  /** It plays by itself when the MPD and the clock are there: the viewer waits for those too. */
  function autoplay(): boolean {
    return loaded && video?.readyState === 0 && (ask(() => player.getAutoPlay()) ?? false);
  }

  /** With synthetic stall events the player stops the picture by rate 0. */
  function holdsBack(): boolean {
    if (video?.playbackRate !== 0) return false;
    return ask(() => (player.getSettings() as Synthetic).streaming.buffer.syntheticStallEvents?.enabled) ?? false;
  }

  function madeByPlayer(from: number, to: number): boolean {
    // It goes to where it begins.
    return fresh || (video !== undefined && isOwnJump(player, { from, to, buffered: video.buffered, moving }));
  }

  /** There is no event: the player's own method, on this one player, until the signal aborts. */
  function watchDestroy() {
    const { destroy } = player;
    const leave = guard(() => emit({ type: 'quit', at: now(), reason: 'destroyed' }));
    const ours = function (this: unknown, ...args: []) {
      try {
        return destroy.apply(this, args);
      } finally {
        leave();
      }
    };
    player.destroy = ours;
    signal.addEventListener('abort', () => {
      if (player.destroy === ours) player.destroy = destroy;
    });
  }
}
