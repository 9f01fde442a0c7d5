// What hls.js tells beside its element. A player of ours that says what hls.js says; its shape is that of the real one.
import Hls from 'hls.js';
import type Hls15 from 'hls15';
import type Hls16 from 'hls16';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { contract, testWatch } from './contract.ts';
import type { Hls as Watched } from './hls.ts';
import { hls } from './hls.ts';
import { TestVideo } from './test-video.ts';

// Type conformance, checked by tsc: each real player is one that we know how to watch.
const conforms: [Hls, Hls15, Hls16] extends readonly Watched[] ? true : false = true;

const source = 'https://cdn.example/live/master.m3u8';
const levels = [
  { bitrate: 800_000, averageBitrate: 700_000, width: 640, height: 360, codecs: 'vp09.00,opus', videoCodec: 'vp09.00' },
  { bitrate: 3_000_000, width: 1280, height: 720, videoCodec: 'vp09.00' },
];
const live = { live: true, endSN: 41, edge: 80, targetduration: 2, fragments: [{ start: 40 }] };

type Listener = (event: string, data: object) => void;

/** hls.js as far as it is read, with an element that can be told what to do. */
function testPlayer() {
  const video = new TestVideo();
  const listeners = new Set<readonly [string, Listener]>();
  const player = {
    url: null as string | null,
    media: video.element as HTMLVideoElement | null,
    config: { loader: Hls.DefaultConfig.loader } as Record<string, unknown>,
    levels: levels as (Watched['levels'][number] | undefined)[],
    currentLevel: -1,
    audioTracks: [] as { url?: string }[],
    playingDate: null as Date | null,
    liveSyncPosition: null as number | null,
    maxLatency: Number.POSITIVE_INFINITY,
    on: (event: string, listener: Listener) => void listeners.add([event, listener]),
    off(event: string, listener: Listener) {
      for (const known of listeners) if (known[0] === event && known[1] === listener) listeners.delete(known);
    },
  };
  const trigger = (event: string, data: object = {}) => {
    for (const [name, listener] of [...listeners]) if (name === event) listener(event, data);
  };
  return {
    video,
    player,
    watched: player as unknown as Watched,
    trigger,
    listeners: () => listeners.size + video.listeners(),
    load(url = source) {
      player.url = url;
      trigger('hlsManifestLoading', { url });
    },
    show(level: number) {
      player.currentLevel = level;
      trigger('hlsLevelSwitched', { level });
    },
    error: (details: string, more: object = {}) =>
      trigger('hlsError', { type: 'mediaError', details, fatal: false, ...more }),
  };
}

function playing() {
  const all = testPlayer();
  const told = testWatch();
  hls.watch(all.watched, told.watch);
  all.load();
  all.video.currentSrc = 'blob:x';
  all.show(0);
  all.video.start();
  all.video.run(3000);
  return { ...all, ...told };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance', 'Date'] });
  vi.stubGlobal('document', { baseURI: 'https://site.example/' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('contract', () => {
  contract(hls, () => {
    const { video, watched, listeners, load, player } = testPlayer();
    return {
      player: watched,
      play() {
        if (player.url) video.currentTime = 0;
        else load();
        video.start(2000);
      },
      listeners,
      break() {
        video.broken = true;
      },
    };
  });
});

test('the real players fit', () => {
  expect(conforms).toBe(true);
});

describe('sources', () => {
  test('attached after loadSource: the source is known', () => {
    const { player, watched } = testPlayer();
    player.url = source;
    const told = testWatch();
    hls.watch(watched, told.watch);
    expect(told.of('load')).toMatchObject([{ source }]);
  });

  test('another one is another viewing, the same one is not', () => {
    const { load, session } = playing();
    load();
    expect(session().view).toBe(1);
    load('https://cdn.example/other.m3u8');
    expect(session().view).toBe(2);
  });

  test('a playlist that was under way before us is told afterwards, once', () => {
    const { watched, trigger } = testPlayer();
    const told = testWatch();
    vi.advanceTimersByTime(1000);
    hls.watch(watched, told.watch);
    const loading = { start: 100, first: 150, end: 180 };
    const networkDetails = { status: 200, responseURL: source };
    trigger('hlsManifestLoaded', { url: source, stats: { loaded: 900, loading }, networkDetails });
    const [sent, ended, ...more] = told.of('request');
    expect(more).toEqual([]);
    expect(sent).toMatchObject({ at: 100, request: { objectType: 'manifest', url: source } });
    expect(ended).toMatchObject({ at: 180, outcome: { result: 'ok', ttfbMs: 50, durationMs: 80, bytes: 900 } });
  });

  test('destroyed is quit', () => {
    const { trigger, session } = playing();
    trigger('hlsDestroying');
    expect(session()).toMatchObject({ state: 'quit', over: true });
  });

  test('an element that comes later is watched, and one that goes is left', () => {
    const { player, watched, video, trigger, listeners } = testPlayer();
    player.media = null;
    const told = testWatch();
    hls.watch(watched, told.watch);
    const alone = listeners();
    player.media = video.element;
    trigger('hlsMediaAttaching');
    expect(listeners()).toBeGreaterThan(alone);
    video.start();
    expect(told.words()).toContain('playing');
    trigger('hlsMediaDetaching');
    expect(listeners()).toBe(alone);
  });

  test('an element is watched from when the player is given it: a wish to play is not missed', () => {
    const { player, watched, video, trigger } = testPlayer();
    player.media = null;
    const told = testWatch();
    hls.watch(watched, told.watch);
    player.media = video.element;
    trigger('hlsMediaAttaching');
    video.ask();
    expect(told.session().startup.result).toBe('pending');
  });

  test('without an element nothing plays', () => {
    const { trigger, player, session } = playing();
    trigger('hlsMediaDetaching');
    player.media = null;
    expect(session().state).toBe('paused');
  });

  test('attached twice, an element is watched once', () => {
    const { trigger, listeners, of, video } = playing();
    const before = listeners();
    trigger('hlsMediaAttaching');
    expect(listeners()).toBe(before);
    const samples = of('sample').length;
    video.stand(1000);
    expect(of('sample').length).toBe(samples + 1);
  });
});

describe('renditions', () => {
  test('the one on screen when we come', () => {
    const { player, watched } = testPlayer();
    player.currentLevel = 1;
    const told = testWatch();
    hls.watch(watched, told.watch);
    expect(told.of('quality')).toMatchObject([{ rendition: { bitrate: 3_000_000, height: 720, codecs: 'vp09.00' } }]);
  });

  test('a switch on screen is one; what was rendered before belongs to the one before', () => {
    const { show, session, video } = playing();
    show(1);
    video.fire('resize');
    video.run(2000);
    const { mediaSec, mediaBits, switchesUp } = session().totals;
    expect(switchesUp).toBe(1);
    const averageBitrate = mediaBits / mediaSec;
    expect(averageBitrate).toBeGreaterThan(800_000);
    expect(averageBitrate).toBeLessThan(2_000_000);
  });

  test('a level that is gone is none', () => {
    const { trigger, faults } = playing();
    trigger('hlsLevelSwitched', { level: 7 });
    expect(faults).toEqual([]);
  });
});

describe('errors', () => {
  test.each([
    ['bufferStalledError', {}],
    ['bufferSeekOverHole', {}],
    ['bufferNudgeOnStall', {}],
    ['bufferFullError', {}],
    ['aborted', { type: 'networkError' }],
    ['fragLoadError', { type: 'networkError', response: { code: 404 } }],
    ['levelLoadTimeOut', { type: 'networkError' }],
  ])('%s alone is none: a signal of playback, or told by its request', (details, more) => {
    const { error, words } = playing();
    error(details, more);
    expect(words()).not.toContain('error');
  });

  test('one that is not fatal counts, and playback goes on', () => {
    const { error, session } = playing();
    error('bufferAppendError', { error: new Error('full') });
    expect(session()).toMatchObject({ state: 'playing', totals: { errors: 1, fatalErrors: 0 } });
  });

  test.each([
    ['fragLoadError', { type: 'networkError', response: { code: 503 } }, 'http_503'],
    ['manifestLoadTimeOut', { type: 'networkError', response: { code: 0 } }, 'timeout'],
    ['levelLoadError', { type: 'networkError', response: { code: 0 } }, 'connection_failed'],
    ['manifestParsingError', { type: 'networkError' }, 'manifest_parse'],
    ['manifestIncompatibleCodecsError', {}, 'manifest_parse'],
    ['bufferAppendError', {}, 'media_append'],
    ['bufferAddCodecError', {}, 'media_append'],
    ['fragParsingError', {}, 'media_decode'],
    ['keySystemNoKeys', { type: 'keySystemError' }, 'drm'],
    ['internalException', { type: 'otherError' }, 'player'],
  ])('a fatal %s ends playback: %o is %s', (details, more, errorType) => {
    const { error, session } = playing();
    error(details, { ...more, fatal: true });
    error(details, { ...more, fatal: true });
    expect(session()).toMatchObject({ state: 'failed', error: errorType, totals: { errors: 1, fatalErrors: 1 } });
  });
});

describe('jumps of the player are no seeks', () => {
  function jump(video: TestVideo, to: number) {
    video.seek(to);
    video.sought();
    video.run(200);
  }

  test('over a hole, or a nudge', () => {
    const { error, video, session } = playing();
    error('bufferSeekOverHole');
    jump(video, video.currentTime + 2.2);
    error('bufferNudgeOnStall');
    jump(video, video.currentTime + 0.1);
    expect(session()).toMatchObject({ state: 'playing', totals: { seeks: 0, errors: 0 } });
  });

  function listed(details: object) {
    const all = playing();
    all.player.levels = [{ ...levels[0], details } as Watched['levels'][number]];
    all.player.liveSyncPosition = 50;
    all.trigger('hlsLevelUpdated', { details });
    return all;
  }

  test('to the live point after it fell out of the window', () => {
    const { video, session } = listed(live);
    jump(video, 50.1);
    expect(session().totals.seeks).toBe(0);
  });

  test('to the live point when it is further behind than the page allows', () => {
    const { player, video, session } = listed({ ...live, fragments: [{ start: 0 }] });
    player.maxLatency = 60;
    jump(video, 50.1);
    expect(session().totals.seeks).toBe(0);
  });

  test("but the viewer's to the live point is one, whenever a playlist comes in", () => {
    const { video, session } = listed({ ...live, fragments: [{ start: 0 }] });
    jump(video, 50.1);
    expect(session().totals.seeks).toBe(1);
  });

  test('back to where it was after the media was attached anew', () => {
    const { error, trigger, video, session } = playing();
    const { currentTime } = video;
    error('bufferAppendError');
    // The player takes the source away before it says so.
    video.load('blob:y');
    trigger('hlsMediaDetaching');
    trigger('hlsMediaAttaching');
    video.ask();
    video.stand(200);
    jump(video, currentTime);
    const { times, ...rest } = session();
    expect(rest).toMatchObject({ view: 1, state: 'playing', totals: { seeks: 0, stalls: 0, plays: 1 } });
    expect(times.starting).toBeGreaterThanOrEqual(200);
  });

  test("but the viewer's are", () => {
    const { trigger, player, video, session } = playing();
    jump(video, 20);
    player.liveSyncPosition = 50;
    trigger('hlsLevelUpdated', { details: live });
    jump(video, 30);
    expect(session().totals.seeks).toBe(2);
  });
});

describe('live', () => {
  test('latency is the wall clock minus the program time on screen; the edge is that of the playlist', () => {
    const { player, trigger, of } = playing();
    player.levels = [{ ...levels[0], details: live } as Watched['levels'][number]];
    player.playingDate = new Date(Date.now() - 6500);
    trigger('hlsLevelUpdated', { details: live });
    expect(of('sample').at(-1)).toMatchObject({
      liveLatencySec: 6.5,
      edge: { sequence: 41, targetDurationSec: 2 },
    });
  });

  test('without program time there is an edge and no latency; on demand there is neither', () => {
    const { player, trigger, of } = playing();
    player.levels = [{ ...levels[0], details: live } as Watched['levels'][number]];
    trigger('hlsLevelUpdated', {});
    expect(of('sample').at(-1)?.liveLatencySec).toBeUndefined();
    expect(of('sample').at(-1)?.edge).toBeDefined();
    player.levels = [{ ...levels[0], details: { ...live, live: false } } as Watched['levels'][number]];
    trigger('hlsLevelUpdated', {});
    expect(of('sample').at(-1)?.edge).toBeUndefined();
  });
});
