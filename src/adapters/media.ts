import type { Sample } from '../core/events.ts';
import type { Adapter, Look, Watch } from './adapter.ts';
import { can } from './adapter.ts';
import { decoderClock } from './decoder.ts';
import { frameClock } from './frames.ts';

/**
 * A media element, alone or under a player. Its events lie a little, so words come from what the picture does:
 *
 * | element                                      | word                                   |
 * |----------------------------------------------|----------------------------------------|
 * | loadstart (plain video)                      | load                                   |
 * | autoplay, then no play                       | play armed, pause                      |
 * | play                                         | play                                   |
 * | first frame or playhead movement afterwards  | playing                                |
 * | waiting without data; frozen for a second    | waiting, dated back to the last frame  |
 * | pause; seeked while paused                   | pause                                  |
 * | seeking, unless the player made it           | seek                                   |
 * | ended                                        | ended                                  |
 * | error (plain video)                          | error, fatal                           |
 * | every second; visibilitychange; ratechange   | sample                                 |
 */
export const native: Adapter<HTMLMediaElement> = {
  protocol: 'native',
  playerName: 'native',
  blind: ['segment requests', 'renditions and average bitrate', 'live latency', 'stall causes on the network side'],
  kind: 'a media element',
  recognises: (player) => can(player, 'play pause canPlayType addEventListener') && 'currentTime' in player,
  watch: (video, watch) => media(video, watch, { plain: true }),
};

/** What a player knows about the element that the element does not. */
export type About = {
  /** There is no player: the element itself names the source and its fatal errors. */
  readonly plain?: boolean;
  /** Whether the jump that just began was made by the player, not by the viewer. */
  readonly madeByPlayer?: (from: number, to: number) => boolean;
  /** Whether the player will play by itself what it loads. */
  readonly autoplay?: () => boolean;
  /** Whether the player holds the picture back by rate 0 until it has more. */
  readonly holdsBack?: () => boolean;
  readonly live?: () => Pick<Sample, 'liveLatencySec' | 'edge'>;
};

const tickMs = 1000;
// Elements tell the playhead this often (HTML: 4 to 66 times a second).
const timeupdateMs = 250;
// A playhead that stands for this long while it should move is a stall that no event told (CTA-2066 leaves it open; Mux has the same).
const frozenMs = 1000;
// With less than this in the buffer the picture may stop at any moment, so its frames are followed.
const atRiskSec = 2;
// With more than this it cannot be at risk before the next tick, at twice the speed either.
const safeSec = 2 * atRiskSec;
// A gap between frames counts as a stall from here on if the buffer was empty; else from `frozenMs` on, as decoders stutter.
const starvedGapMs = 300;
const starvedSec = 0.3;
// A playhead creeps a few hundredths past the last frame after `waiting`.
const creepSec = 0.06;
const { HAVE_NOTHING, HAVE_FUTURE_DATA } = { HAVE_NOTHING: 0, HAVE_FUTURE_DATA: 3 };

const mediaErrors = ['unknown', 'aborted', 'media_network', 'media_decode', 'media_unsupported'];

export function media(video: HTMLMediaElement, watch: Watch, about: About = {}): Look {
  const { signal, now, emit, guard } = watch;
  const page = video.ownerDocument;
  // An element of a frame tells its own window's time.
  const { timeOrigin = performance.timeOrigin } = page.defaultView?.performance ?? {};
  const skewMs = timeOrigin - performance.timeOrigin;
  const frames =
    'requestVideoFrameCallback' in video
      ? frameClock(video as HTMLVideoElement, signal, skewMs, guard(framePainted))
      : undefined;
  const decoder = decoderClock(video as HTMLVideoElement, now);

  /** The picture moves, as far as we have told. */
  let moving = false;
  let armed = false;
  let starting = false;
  /** Something has moved in this element. */
  let begun = false;
  /** The first frame since the wish to play, painted before there was enough to go on. */
  let paintedAt: number | undefined;
  let starved = false;
  // The playhead as last seen, and when it moved last.
  let position = video.currentTime;
  let seenAt = now();
  let movedAt = seenAt;
  /** Until then the buffer need not be looked at. */
  let safeUntil = seenAt;
  let sampledAt = 0;
  let rate = video.playbackRate;

  const hidden = () => page.hidden;
  const heldBack = () => about.holdsBack?.() ?? false;
  const wantsToPlay = () => !video.paused && !video.ended && !video.seeking && (video.playbackRate !== 0 || heldBack());
  const showsFrames = () => frames !== undefined && !hidden() && (video as HTMLVideoElement).videoWidth > 0;

  const quality = () => (video as HTMLVideoElement).getVideoPlaybackQuality?.();

  function on(name: string, run: (at: number) => void, target: EventTarget = video) {
    const listener = guard(({ timeStamp }: Event) => run(timeStamp + skewMs));
    target.addEventListener(name, listener, { signal, passive: true });
  }

  on('play', (at) => {
    armed = false;
    moving = false;
    starting = true;
    paintedAt = undefined;
    emit({ type: 'play', at });
    frames?.follow(true);
  });
  on('playing', () => lookAtPlayhead());
  on('waiting', (at) => {
    const starving = video.readyState < HAVE_FUTURE_DATA && video.readyState > HAVE_NOTHING;
    if ((starving || heldBack()) && wantsToPlay()) stops(at);
  });
  on('pause', (at) => {
    // The end is announced by a pause, and a pause during a seek is over when the seek is; before the first frame there
    // is none, wherever the element is going.
    if (video.ended || (video.seeking && begun)) return;
    tick();
    // The sound may have gone on since the picture stopped, so that nothing has told it yet.
    const dueAt = frames?.dueAt() ?? at;
    if (starved && at - dueAt > starvedGapMs) stops(dueAt);
    moving = false;
    emit({ type: 'pause', at });
  });
  on('seeking', (at) => {
    const from = position;
    const to = video.currentTime;
    const unseenSec = moving ? (Math.min(now() - movedAt, timeupdateMs) / 1000) * video.playbackRate : 0;
    place(to);
    if (about.madeByPlayer?.(from, to)) return;
    // What was rendered before the jump counts.
    emit({ type: 'sample', at, ...look(), position: from + unseenSec });
    moving = false;
    emit({ type: 'seek', at, to });
    frames?.follow(true);
  });
  on('seeked', (at) => {
    place(video.currentTime);
    if (video.paused && !video.ended) emit({ type: 'pause', at });
  });
  on('ended', (at) => {
    tick();
    moving = false;
    emit({ type: 'ended', at });
  });
  on('timeupdate', () => {
    lookAtPlayhead();
    lookAtDecoder();
    // Timers of a hidden page are slow; the element still speaks.
    if (now() - sampledAt > tickMs * 1.5) tick();
  });
  on('ratechange', () => {
    // A viewer who stops the picture by its rate is not stalled by it.
    if (moving && !heldBack() && (rate === 0 || video.playbackRate === 0)) restart();
    rate = video.playbackRate;
    tick();
  });
  on('emptied', restart);
  on('loadstart', () => {
    if (about.plain) emit({ type: 'load', at: now(), source: video.currentSrc });
    arm();
  });
  on('canplaythrough', () => {
    // The browser would have begun by now: it refuses to autoplay.
    if (armed && video.paused) emit({ type: 'pause', at: now() });
    armed = false;
  });
  on('error', () => {
    const { code = 0, message = '' } = video.error ?? {};
    if (about.plain && code !== 1)
      emit({ type: 'error', at: now(), errorType: mediaErrors[code] ?? 'unknown', fatal: true, message });
  });
  on(
    'visibilitychange',
    () => {
      // Nothing is painted while hidden, and that is no gap.
      restart();
      tick();
    },
    page,
  );
  const timer = setInterval(guard(tick), tickMs);
  signal.addEventListener('abort', () => clearInterval(timer));

  if (about.plain && video.currentSrc) emit({ type: 'load', at: now(), source: video.currentSrc });
  tick();
  if (wantsToPlay() && video.currentTime > 0 && video.readyState >= HAVE_FUTURE_DATA) {
    begun = true;
    moves(now());
  } else if (!video.paused && !video.ended) {
    starting = true;
    emit({ type: 'play', at: now() });
  } else if (video.currentSrc || video.getAttribute('src') || about.autoplay?.()) arm();
  lookAtBuffer();
  return tick;

  function arm() {
    if (!(video.autoplay || about.autoplay?.()) || !video.paused || video.readyState > HAVE_FUTURE_DATA) return;
    armed = true;
    starting = true;
    emit({ type: 'play', at: now(), armed: true });
    frames?.follow(true);
  }

  /** What was seen before says nothing about what comes. */
  function restart() {
    frames?.reset();
    decoder.restart();
    place(video.currentTime);
  }

  function place(to: number, at = now(), moved = at) {
    position = to;
    seenAt = at;
    movedAt = moved;
  }

  function moves(at: number) {
    // On a busy machine the first frame may come before the event of the play that it answers.
    if (!begun && !starting) emit({ type: 'play', at });
    moving = true;
    starting = false;
    begun = true;
    decoder.restart();
    place(video.currentTime);
    emit({ type: 'playing', at: Math.min(at, paintedAt ?? at), position });
    paintedAt = undefined;
  }

  function stops(at: number) {
    if (!moving) return;
    const dueAt = showsFrames() ? frames?.dueAt() : undefined;
    const from = Math.min(at, dueAt ?? at);
    moving = false;
    emit({ type: 'waiting', at: from, position: video.currentTime, bufferAheadSec: bufferAhead(video) });
    frames?.follow(true);
  }

  function framePainted(at: number, dueAt: number | undefined) {
    // The first frame ends the wait for it, also while the player goes to where it begins or has little to go on; within
    // a stall it may be the last one, painted late.
    const early = video.seeking ? !begun : video.readyState < HAVE_FUTURE_DATA;
    if (starting && early && !video.paused) paintedAt ??= at;
    if (!wantsToPlay() || heldBack() || video.readyState < HAVE_FUTURE_DATA) return;
    if (!moving) return moves(at);
    const gap = dueAt === undefined || hidden() ? 0 : at - dueAt;
    if (gap > (starved ? starvedGapMs : frozenMs)) {
      emit({
        type: 'waiting',
        at: dueAt as number,
        position: video.currentTime,
        bufferAheadSec: starved ? 0 : bufferAhead(video),
      });
      moves(at);
    }
    lookAtBuffer(true);
  }

  function lookAtBuffer(painted = frames?.dueAt() === undefined) {
    const ahead = bufferAhead(video);
    safeUntil = now() + (ahead > safeSec ? tickMs : 0);
    // Until the next frame it counts what there was at the last one: more may come in before it shows.
    starved = ahead < starvedSec || (starved && !painted);
    const atRisk = ahead < atRiskSec || decoder.stoodSince() !== undefined;
    frames?.follow(!moving || (atRisk && !hidden()));
  }

  /** Sound may go on under a frozen picture. A picture that is not painted, as it is out of sight, is still decoded. */
  function lookAtDecoder() {
    decoder.look();
    const stoodSince = decoder.stoodSince();
    if (stoodSince === undefined || !moving || !wantsToPlay() || !showsFrames()) return;
    lookAtBuffer();
    const from = frames?.dueAt() ?? stoodSince;
    if (now() - from >= frozenMs) stops(from);
  }

  function lookAtPlayhead() {
    const { currentTime } = video;
    const gained = currentTime - position;
    if (gained === 0) return;
    if (!moving) {
      // Where there are no frames to see, or none for long, the playhead is all there is.
      const enough = showsFrames() ? 0.5 : creepSec;
      const soundAlone = showsFrames() && decoder.stoodSince() !== undefined;
      if (gained > enough && !soundAlone && wantsToPlay() && video.readyState >= HAVE_FUTURE_DATA) moves(now());
      return;
    }
    // Seen late, it may have stopped long ago: it moved for as long as its way takes.
    const at = now();
    place(currentTime, at, Math.min(at, seenAt + Math.abs(gained / video.playbackRate) * 1000));
    if (at >= safeUntil) lookAtBuffer();
  }

  function tick() {
    const at = now();
    if (moving && wantsToPlay() && !hidden()) {
      lookAtPlayhead();
      const frozenFor = at - movedAt;
      if (frozenFor >= frozenMs) stops(movedAt);
    }
    lookAtDecoder();
    sampledAt = at;
    emit({ type: 'sample', at, ...look() });
  }

  function look(): Sample {
    const frameCounts = quality();
    return {
      position: video.currentTime,
      bufferAheadSec: bufferAhead(video),
      rate: video.playbackRate,
      hidden: hidden(),
      frames: frameCounts && { total: frameCounts.totalVideoFrames, dropped: frameCounts.droppedVideoFrames },
      ...about.live?.(),
    };
  }
}

/** Seconds buffered from the playhead on, the same for every player; 0 where nothing is. */
export function bufferAhead({ buffered, currentTime }: HTMLMediaElement): number {
  for (let range = 0; range < buffered.length; range++) {
    const ahead = buffered.end(range) - currentTime;
    if (ahead > 0 && buffered.start(range) <= currentTime + 0.1) return ahead;
  }
  return 0;
}
