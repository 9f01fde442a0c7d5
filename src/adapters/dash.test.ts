// What dash.js tells beside its element and its requests. A player of ours that says what dash.js says, its shape that of the real
// ones; and the real ones, as far as they go without a view.
import type * as Dash4 from 'dash4';
import type * as Dash5 from 'dashjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PlaybackEvent } from '../core/events.ts';
import { contract, testWatch } from './contract.ts';
import { base, parsedMpd, player4, player5, serve, stubWindow, until } from './dash/test-dash.ts';
import type { Stage } from './dash/test-player.ts';
import {
  better,
  high,
  low,
  mpd,
  playing,
  SegmentTemplate,
  sound,
  source,
  testPlayer,
  useFakeTimers,
} from './dash/test-player.ts';
import type { Dash } from './dash.ts';
import { dash } from './dash.ts';
import { TestVideo } from './test-video.ts';

// Type conformance, checked by tsc: each real player is one that we know how to watch.
const conforms: [Dash5.MediaPlayerClass, Dash4.MediaPlayerClass] extends readonly Dash[] ? true : false = true;

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('the real players fit', () => {
  expect(conforms).toBe(true);
});

describe('over an element', () => {
  beforeEach(useFakeTimers);

  describe.each([5, 4])('contract, version %i', (version) => {
    contract(dash, () => {
      const { video, player, watched, listeners, load, now } = testPlayer();
      if (version === 4) Object.assign(player, { addRequestInterceptor: undefined });
      return {
        player: watched,
        play() {
          if (now.source) video.currentTime = 0;
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

  test('it looks when it is told to, and Resource Timing is there while it watches', async () => {
    let observing = 0;
    class TestObserver {
      observe() {
        observing += 1;
      }
      disconnect() {
        observing -= 1;
      }
    }
    vi.stubGlobal('PerformanceObserver', TestObserver);
    // All watches of a page share one observer: here there are no others.
    vi.resetModules();
    const alone = (await import('./dash.ts')).dash;
    const { watched, video } = testPlayer();
    const told = testWatch();
    const look = alone.watch(watched, told.watch);
    expect(observing).toBe(1);
    video.currentTime = 7;
    look();
    expect(told.of('sample').at(-1)?.position).toBe(7);
    told.detach();
    expect(observing).toBe(0);
  });

  describe('sources', () => {
    test('attached after attachSource: the source is known', () => {
      const { now, watched } = testPlayer();
      now.source = source;
      const told = testWatch();
      dash.watch(watched, told.watch);
      expect(told.of('load')).toMatchObject([{ source }]);
    });

    test('is loaded once, though its MPD is again and again, and from other addresses', () => {
      const { refresh, now, of, session } = playing();
      refresh();
      now.source = `${source}?token=2`;
      refresh();
      expect(of('load')).toMatchObject([{ source }]);
      expect(session().view).toBe(1);
    });

    test('another one is another viewing, once the player has let go of the one before', () => {
      const { load, session, of } = playing();
      load('https://cdn.example/other.mpd');
      expect(session()).toMatchObject({ view: 2, source: 'https://cdn.example/other.mpd' });
      expect(of('load')).toHaveLength(2);
    });

    test('a manifest object is one too, and is loaded from nowhere', () => {
      const { teardown, hooks, now, trigger, of } = playing();
      teardown();
      for (const added of Object.values(hooks)) added.clear();
      now.source = { Period: [] };
      trigger('manifestLoaded', { data: mpd });
      expect(of('load').at(-1)?.source).toBe('manifest object');
      expect(Object.values(hooks).map(({ size }) => size)).toEqual([1, 1, 1]);
    });

    test('without one nothing plays; the element is left alone until the next', () => {
      const { teardown, load, session, video, of } = playing();
      teardown();
      expect(session().state).toBe('paused');
      expect(video.listeners()).toBe(0);
      const pauses = of('pause').length;
      teardown();
      expect(of('pause')).toHaveLength(pauses);
      load();
      expect(video.listeners()).toBeGreaterThan(0);
    });

    test('an element that comes later is watched, and another in its place', () => {
      const { now, watched, trigger, video, load, listeners } = testPlayer();
      now.view = undefined;
      const told = testWatch();
      dash.watch(watched, told.watch);
      load();
      expect(video.listeners()).toBe(0);
      now.view = video.element;
      trigger('streamInitialized');
      video.start();
      expect(told.words()).toContain('playing');
      const alone = listeners();
      const words = told.words();
      trigger('playbackMetaDataLoaded');
      expect(listeners()).toBe(alone);
      expect(told.words()).toEqual(words);
      const other = new TestVideo();
      now.view = other.element;
      trigger('playbackMetaDataLoaded');
      expect(video.listeners()).toBe(0);
      expect(other.listeners()).toBeGreaterThan(0);
    });
  });

  describe('a player that plays by itself', () => {
    const startup = (autoplay: boolean) => {
      const { now, watched, load, video } = testPlayer();
      now.autoplay = autoplay;
      const told = testWatch();
      dash.watch(watched, told.watch);
      video.stand(500);
      load();
      video.stand(900);
      video.load('blob:x');
      video.ask();
      video.run(400);
      return told.session();
    };

    test('is waited for from when it was given a source', () => {
      expect(startup(true)).toMatchObject({ startup: { result: 'started', durationMs: 940 }, totals: { plays: 1 } });
    });

    test('or else from when it is asked to play', () => {
      expect(startup(false)).toMatchObject({ startup: { result: 'started', durationMs: 40 }, totals: { plays: 1 } });
    });

    test('but not where it has played and is paused', () => {
      const { now, watched, video } = testPlayer();
      Object.assign(now, { autoplay: true, source });
      Object.assign(video, { currentSrc: 'blob:x', currentTime: 5, readyState: 2 });
      const told = testWatch();
      dash.watch(watched, told.watch);
      expect(told.of('play')).toEqual([]);
    });

    test('in an element that was there before, too', () => {
      const { now, load, video, session, teardown } = playing();
      now.autoplay = true;
      teardown();
      video.load('');
      video.stand(500);
      load('https://cdn.example/other.mpd');
      video.stand(900);
      video.load('blob:x');
      video.ask();
      video.run(400);
      expect(session()).toMatchObject({ view: 2, startup: { result: 'started', durationMs: 940 } });
    });
  });

  describe('destroy', () => {
    test('is quit, after what the player itself does, and gives what it gives', () => {
      const { player, session, words } = playing();
      expect(player.destroy()).toBe('destroyed');
      expect(session()).toMatchObject({ state: 'quit', over: true });
      expect(words().slice(-2)).toEqual(['pause', 'quit']);
    });

    test('that throws is quit too', () => {
      const { player, watched } = testPlayer();
      player.destroy = () => {
        throw new Error('broken');
      };
      const told = testWatch();
      dash.watch(watched, told.watch);
      expect(() => player.destroy()).toThrow('broken');
      expect(told.words()).toContain('quit');
    });

    test('works although we fail', () => {
      const { player, watched } = testPlayer();
      const told = testWatch();
      const emit = ({ type }: PlaybackEvent) => {
        if (type === 'quit') throw new Error('broken');
      };
      dash.watch(watched, { ...told.watch, emit });
      expect(player.destroy()).toBe('destroyed');
      expect(told.faults.length).toBeGreaterThan(0);
    });

    test("is the player's own again afterwards", () => {
      const { player, watched } = testPlayer();
      const { destroy } = player;
      const told = testWatch();
      dash.watch(watched, told.watch);
      expect(player.destroy).not.toBe(destroy);
      told.detach();
      expect(player.destroy).toBe(destroy);
    });

    test('that the page wrapped over ours stays, and says nothing', () => {
      const { player, watched } = testPlayer();
      const told = testWatch();
      dash.watch(watched, told.watch);
      const ours = player.destroy;
      const theirs = () => ours.apply(player);
      player.destroy = theirs;
      told.detach();
      expect(player.destroy).toBe(theirs);
      const before = told.events.length;
      expect(player.destroy()).toBe('destroyed');
      expect(told.events).toHaveLength(before);
    });
  });

  describe('renditions', () => {
    test('are picture and sound together, the first when both are known', () => {
      const { of } = playing();
      expect(of('quality').at(-1)?.rendition).toEqual({
        bitrate: 928_000,
        audioBitrate: 128_000,
        width: 640,
        height: 360,
        codecs: 'avc1.4D401F,mp4a.40.2',
      });
    });

    test('the one on screen when we come', () => {
      const { now, watched, video } = testPlayer();
      now.representations = { video: high, audio: sound };
      video.currentTime = 5;
      const told = testWatch();
      dash.watch(watched, told.watch);
      expect(told.of('quality')).toMatchObject([{ rendition: { bitrate: 3_128_000, height: 720 } }]);
    });

    test('none before anything was on screen', () => {
      const { now, watched } = testPlayer();
      now.representations = { video: high, audio: sound };
      const told = testWatch();
      dash.watch(watched, told.watch);
      expect(told.of('quality')).toEqual([]);
    });

    test('a switch on screen is one; what was rendered before belongs to the one before', () => {
      const { show, session, video } = playing();
      show('video', high);
      video.fire('resize');
      video.run(2000);
      const { mediaSec, mediaBits, switchesUp } = session().totals;
      expect(switchesUp).toBe(1);
      expect(mediaBits / mediaSec).toBeGreaterThan(928_000);
      expect(mediaBits / mediaSec).toBeLessThan(2_200_000);
    });

    test('a change of the sound alone is no switch', () => {
      const { show, session, of } = playing();
      show('audio', better);
      expect(of('quality').at(-1)?.rendition.bitrate).toBe(992_000);
      expect(session().totals).toMatchObject({ switchesUp: 0, switchesDown: 0 });
    });

    test('the sound comes first, and says nothing of the picture that is fetched meanwhile', () => {
      const { watched, load, show, now } = testPlayer();
      const told = testWatch();
      dash.watch(watched, told.watch);
      load();
      now.representations = { video: high, audio: sound };
      show('audio', sound);
      expect(told.of('quality')).toEqual([]);
      show('video', low);
      expect(told.of('quality').map(({ rendition }) => rendition.height)).toEqual([low.height]);
    });

    test('sound alone has one', () => {
      const { watched, load, show } = testPlayer();
      const told = testWatch();
      dash.watch(watched, told.watch);
      load();
      show('audio', sound);
      expect(told.of('quality')).toMatchObject([{ rendition: { bitrate: 128_000, codecs: 'mp4a.40.2' } }]);
    });

    test('of subtitles there are none', () => {
      const { show, of } = playing();
      const before = of('quality').length;
      show('text', { id: 't', bandwidth: 1000 });
      expect(of('quality')).toHaveLength(before);
    });

    test('of the source before are forgotten', () => {
      const { load, show, now, of } = playing();
      now.representations = {};
      load('https://cdn.example/other.mpd');
      show('video', high);
      expect(of('quality').at(-1)?.rendition).toMatchObject({ bitrate: 3_000_000 });
      expect(of('quality').at(-1)?.rendition.audioBitrate).toBeUndefined();
    });

    test('version 4 tells an index, and has the rest', () => {
      const { player, watched, load, trigger } = testPlayer();
      const infos = {
        video: [{ bitrate: 1 }, { bitrate: 3_000_000, width: 1280, height: 720 }],
        audio: [{ bitrate: 96_000 }],
      };
      Object.assign(player, {
        getCurrentRepresentationForType: undefined,
        getBitrateInfoListFor: (type: 'video' | 'audio') => infos[type],
        // What is fetched, which is not yet what is shown.
        getQualityFor: () => 0,
      });
      const told = testWatch();
      dash.watch(watched, told.watch);
      load();
      trigger('qualityChangeRendered', { mediaType: 'video', oldQuality: 0, newQuality: 1 });
      expect(told.of('quality')).toMatchObject([
        { rendition: { bitrate: 3_096_000, audioBitrate: 96_000, width: 1280, height: 720 } },
      ]);
    });
  });

  describe('requests', () => {
    /** What is told of one that the player describes so. */
    function asked(request: object, { video, hooks, of }: Stage = playing()) {
      video.bufferedTo = video.currentTime + 12;
      const message = { url: `${base}x`, headers: {}, customData: { request } };
      for (const hook of hooks.request) (hook as (sent: object) => void)(message);
      return of('request').at(-1)?.request;
    }

    test.each([
      ['MPD', undefined, 'manifest'],
      ['XLinkExpansion', undefined, 'manifest'],
      ['ContentSteering', undefined, 'manifest'],
      ['InitializationSegment', 'video', 'init'],
      ['MediaSegment', 'video', 'video'],
      ['MediaSegment', 'audio', 'audio'],
      ['MediaSegment', 'muxed', 'muxed'],
      ['MediaSegment', 'text', 'text'],
      ['MediaSegment', 'image', 'other'],
      ['IndexSegment', 'video', 'other'],
      ['BitstreamSwitchingSegment', 'video', 'other'],
      [undefined, undefined, 'other'],
    ])('%s of %s is a %s', (type, mediaType, objectType) => {
      expect(asked({ type, mediaType })?.objectType).toBe(objectType);
    });

    test('of a segment tell its number in the MPD, its length, its rendition and the buffer then', () => {
      const segment = { type: 'MediaSegment', mediaType: 'video', index: 4, duration: 2 };
      expect(asked({ ...segment, representation: { ...low, startNumber: 7 } })).toMatchObject({
        sequence: 11,
        durationSec: 2,
        rendition: { bitrate: 800_000, height: 360, codecs: 'avc1.4D401F' },
        bufferAheadSec: 12,
        chunked: undefined,
      });
      expect(asked(segment)?.sequence).toBe(5);
    });

    test('of anything else have no number and no length', () => {
      const init = { type: 'InitializationSegment', mediaType: 'video', index: 4, duration: 2 };
      expect(asked({ ...init, availabilityTimeComplete: false })).toMatchObject({
        sequence: undefined,
        durationSec: undefined,
        chunked: undefined,
      });
      expect(asked({ type: 'MediaSegment', mediaType: 'video', index: Number.NaN })?.sequence).toBeUndefined();
    });

    test('of a segment that is still being produced are in chunks', () => {
      expect(asked({ type: 'MediaSegment', availabilityTimeComplete: false })?.chunked).toBe(true);
      expect(asked({ type: 'MediaSegment', availabilityTimeComplete: true })?.chunked).toBeUndefined();
    });
  });

  describe('errors', () => {
    test('the MPD that never came ends the start; one of later is told by its attempts', () => {
      const { watched, trigger, error, refresh, now } = testPlayer();
      const told = testWatch();
      dash.watch(watched, told.watch);
      now.source = source;
      trigger('manifestLoadingStarted');
      error(25, { response: { status: 404 } });
      expect(told.of('error')).toMatchObject([{ errorType: 'http_404', fatal: true, message: 'said' }]);
      refresh();
      error(25, { response: { status: 404 } });
      expect(told.of('error')).toHaveLength(1);
    });

    test('an MPD that cannot be read has not arrived', () => {
      const { watched, load, error } = testPlayer();
      const told = testWatch();
      dash.watch(watched, told.watch);
      load(source, null);
      error(10);
      expect(told.of('error')).toMatchObject([{ errorType: 'manifest_parse', fatal: true }]);
    });

    test('each source starts anew', () => {
      const { now, teardown, trigger, error, of } = playing();
      teardown();
      now.source = 'https://cdn.example/other.mpd';
      trigger('manifestLoadingStarted');
      error(25);
      expect(of('error')).toMatchObject([{ errorType: 'connection_failed', fatal: true }]);
    });
  });

  describe('live', () => {
    test('latency is what the player says by its clock, the edge what the MPD names', () => {
      const { now, refresh, of } = playing();
      now.latencySec = 4.2;
      refresh();
      expect(of('sample').at(-1)).toMatchObject({
        liveLatencySec: 4.2,
        edge: { sequence: 20, targetDurationSec: 2, endSec: 40 },
      });
    });

    test.each([Number.NaN, 0])('a latency of %d is none', (latencySec) => {
      const { now, refresh, of } = playing();
      now.latencySec = latencySec;
      refresh();
      expect(of('sample').at(-1)).not.toHaveProperty('liveLatencySec');
    });

    test('the edge is that of the rendition in use, or else of any', () => {
      const { now, refresh, of } = playing();
      const later = { ...SegmentTemplate, startNumber: 12 };
      const Representation = [
        { id: 'low', SegmentTemplate },
        { id: 'high', SegmentTemplate: later },
      ];
      const data = { ...mpd, Period: [{ AdaptationSet: [{ contentType: 'video', Representation }] }] };
      for (const [representation, sequence] of [
        [high, 21],
        [low, 20],
        [{ id: 'unknown', bandwidth: 1 }, 20],
      ] as const) {
        now.representations.video = representation;
        refresh(data);
        expect(of('sample').at(-1)?.edge?.sequence).toBe(sequence);
      }
    });

    test('the edge of the source before is none of the next', () => {
      const { teardown, now, trigger, video, of } = playing();
      teardown();
      now.source = 'https://cdn.example/other.mpd';
      trigger('manifestLoadingStarted');
      video.stand(1000);
      expect(of('sample').at(-1)).not.toHaveProperty('edge');
    });

    test('on demand there is neither', () => {
      const { load, of } = playing();
      load('https://cdn.example/film.mpd', { ...mpd, type: 'static' });
      const sample = of('sample').at(-1);
      expect(sample).not.toHaveProperty('edge');
      expect(sample).not.toHaveProperty('liveLatencySec');
    });
  });

  test('a player all of whose getters throw is watched all the same', () => {
    const { player, watched, trigger } = testPlayer();
    for (const name of Object.keys(player).filter((key) => key.startsWith('get')))
      Object.assign(player, {
        [name]() {
          throw new Error('not yet');
        },
      });
    const told = testWatch();
    dash.watch(watched, told.watch);
    for (const event of ['manifestLoadingStarted', 'streamInitialized', 'streamTeardownComplete']) trigger(event);
    trigger('manifestLoaded', { data: mpd });
    trigger('qualityChangeRendered', { mediaType: 'video' });
    expect(told.events).toEqual([]);
    expect(told.faults).toEqual([]);
  });
});

type Real = Dash & { initialize(): void; preload(): void; attachSource(source: string | object): void };

describe.each([
  ['5', async () => (await player5()) as unknown as Real, [`${base}a.mpd`, `${base}b.mpd`]],
  ['4', async () => player4() as unknown as Real, [parsedMpd()]],
] as const)('the real dash.js %s', (_, create, sources) => {
  beforeEach(stubWindow);

  test('before it is initialised: nothing to say, and no harm', async () => {
    const player = await create();
    const told = testWatch();
    const look = dash.watch(player, told.watch);
    look();
    player.initialize();
    look();
    expect(told.events).toEqual([]);
    player.destroy();
    expect(told.words()).toEqual(['quit']);
    expect(told.faults).toEqual([]);
  });

  test('tells the load of each source, its requests and its end, and nothing else', async () => {
    const { named } = serve();
    const player = await create();
    const { destroy } = player;
    const told = testWatch();
    dash.watch(player, told.watch);
    player.initialize();
    for (const given of sources) {
      const before = named('2.m4s').length;
      player.attachSource(given);
      player.preload();
      await until(() => expect(named('2.m4s').length).toBeGreaterThan(before));
    }
    await until(() => expect(told.of('request').at(-1)?.outcome?.result).toBe('ok'));
    expect(told.of('load')).toHaveLength(sources.length);
    expect(told.session()).toMatchObject({ view: sources.length, totals: { errors: 0 } });
    expect(told.session().totals.requests).toBeGreaterThanOrEqual(3);
    player.destroy();
    expect(new Set(told.words())).toEqual(new Set(['load', 'request', 'quit']));
    expect(told.session()).toMatchObject({ state: 'quit', over: true });
    told.detach();
    expect(player.destroy).toBe(destroy);
    expect(told.faults).toEqual([]);
  });
});
