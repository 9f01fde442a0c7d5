// A media element alone: what it does and what must be said of it. That browsers do it so is proved in e2e.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { contract, testWatch } from './contract.ts';
import { bufferAhead, media, native } from './media.ts';
import { TestVideo } from './test-video.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => vi.useRealTimers());

function watched(video = new TestVideo()) {
  const told = testWatch();
  native.watch(video.element, told.watch);
  return { ...told, video };
}

function playing() {
  const all = watched();
  all.video.load('a.mp4');
  all.video.start();
  all.video.run(3000);
  return all;
}

describe('contract', () => {
  contract(native, () => {
    const video = new TestVideo();
    return {
      player: video.element,
      play() {
        video.load('a.mp4');
        video.start(2000);
      },
      listeners: () => video.listeners(),
      break() {
        video.broken = true;
      },
    };
  });
});

describe('startup', () => {
  test('from the play event to the first frame', () => {
    const { session, video } = watched();
    video.load('a.mp4');
    video.ask();
    video.stand(800);
    video.run(40);
    expect(session().startup).toMatchObject({ result: 'started', durationMs: 840 });
  });

  test('a preview frame of a paused picture is no start', () => {
    const { words, video } = watched();
    video.load('a.mp4');
    video.readyState = 4;
    video.paint();
    expect(words()).not.toContain('playing');
  });

  test('sound alone starts by its playhead', () => {
    const video = new TestVideo();
    video.videoWidth = 0;
    const { session } = watched(video);
    video.load('a.mp3');
    video.ask();
    video.run(1000, { frozen: true });
    expect(session().startup.result).toBe('started');
  });

  test('autoplay counts from when it was armed', () => {
    const video = new TestVideo();
    video.autoplay = true;
    const { session } = watched(video);
    video.load('a.mp4');
    video.stand(500);
    video.ask();
    video.fire('canplaythrough');
    video.run(40);
    expect(session()).toMatchObject({ startup: { durationMs: 540 }, totals: { plays: 1 } });
  });

  test('a player that plays by itself is waited for from when it has the element', () => {
    const video = new TestVideo();
    const { session, watch } = testWatch();
    media(video.element, watch, { autoplay: () => video.readyState === 0 });
    video.stand(900);
    video.load('blob:');
    video.ask();
    video.run(40);
    expect(session()).toMatchObject({ startup: { result: 'started', durationMs: 940 }, totals: { plays: 1 } });
  });

  test('a refused autoplay is no attempt', () => {
    const video = new TestVideo();
    video.autoplay = true;
    const { session } = watched(video);
    video.load('a.mp4');
    video.readyState = 4;
    video.fire('canplaythrough');
    expect(session()).toMatchObject({ state: 'preloading', startup: { result: 'none' }, totals: { plays: 0 } });
  });
});

describe('stalls', () => {
  test('waiting without data, until the next frame', () => {
    const { video, session, of } = playing();
    const from = performance.now();
    video.starve();
    video.stand(2500);
    video.bufferedTo += 10;
    video.run(40);
    expect(of('waiting')).toHaveLength(1);
    expect(Math.abs((of('waiting')[0]?.at ?? 0) - from)).toBeLessThanOrEqual(40);
    expect(session().totals.stalls).toBe(1);
    expect(Math.abs(session().totals.stallMs - 2540)).toBeLessThanOrEqual(40);
  });

  test.each([
    ['with data', () => {}],
    ['before the first byte', (video: TestVideo) => Object.assign(video, { readyState: 0 })],
    ['paused', (video: TestVideo) => Object.assign(video, { readyState: 2, paused: true })],
    ['at rate 0', (video: TestVideo) => Object.assign(video, { readyState: 2, playbackRate: 0 })],
    ['in a seek', (video: TestVideo) => Object.assign(video, { readyState: 2, seeking: true })],
  ])('waiting %s is no stall', (_, change) => {
    const { video, words } = playing();
    change(video);
    video.fire('waiting');
    expect(words()).not.toContain('waiting');
  });

  test('a playhead that stands for a second, told by no event, dated back', () => {
    const { video, session, of } = playing();
    const from = performance.now();
    video.stand(2000);
    expect(of('waiting')).toHaveLength(1);
    expect(Math.abs((of('waiting')[0]?.at ?? 0) - from)).toBeLessThanOrEqual(250);
    video.run(40);
    expect(Math.abs(session().totals.stallMs - 2040)).toBeLessThanOrEqual(250);
  });

  test.each([
    ['paused', (video: TestVideo) => video.pause()],
    ['hidden', (video: TestVideo) => video.visible(false)],
    ['at rate 0', (video: TestVideo) => Object.assign(video, { playbackRate: 0 })],
  ])('a playhead that stands while %s is no stall', (_, change) => {
    const { video, words } = playing();
    change(video);
    video.stand(5000);
    expect(words()).not.toContain('waiting');
  });

  test('at half speed the playhead moves, and that is enough', () => {
    const { video, words } = playing();
    video.playbackRate = 0.5;
    video.fire('ratechange');
    video.run(5000);
    expect(words()).not.toContain('waiting');
  });

  test('a picture that the viewer stops by its rate and lets go on is no stall, however little is buffered', () => {
    const { video, words } = playing();
    const rate = (playbackRate: number) => {
      video.playbackRate = playbackRate;
      video.fire('ratechange');
    };
    video.bufferedTo = video.currentTime + 1.5;
    video.run(400);
    rate(0);
    video.stand(3000);
    rate(1);
    video.run(400);
    expect(words()).not.toContain('waiting');
  });

  test('a frozen picture while the sound goes on, near the end of the buffer', () => {
    const { video, session, of } = playing();
    video.bufferedTo = video.currentTime + 1.5;
    video.run(400);
    const from = performance.now();
    video.run(1200, { frozen: true });
    video.readyState = 2;
    video.fire('waiting');
    expect(Math.abs((of('waiting')[0]?.at ?? 0) - from)).toBeLessThanOrEqual(60);
    video.stand(500);
    video.bufferedTo += 20;
    video.run(40);
    expect(session().totals.stalls).toBe(1);
    expect(Math.abs(session().totals.stallMs - 1740)).toBeLessThanOrEqual(60);
  });

  test('a frozen picture while the sound goes on, however much is buffered, until the next frame', () => {
    const { video, session, of } = playing();
    const from = performance.now();
    video.run(2500, { frozen: true });
    expect(session().state).toBe('rebuffering');
    video.run(80);
    expect(session()).toMatchObject({ state: 'playing', totals: { stalls: 1 } });
    expect(of('waiting')[0]?.bufferAheadSec).toBeGreaterThan(50);
    // To the frames that a browser may have decoded ahead.
    expect(Math.abs((of('waiting')[0]?.at ?? 0) - from)).toBeLessThanOrEqual(100);
    expect(Math.abs(session().totals.stallMs - 2540)).toBeLessThanOrEqual(100);
  });

  test('a picture that is decoded and not painted, as it is out of sight, is no stall', () => {
    const { video, words } = playing();
    for (let passed = 0; passed < 5000; passed += 40) {
      video.totalVideoFrames += 1;
      video.run(40, { frozen: true });
    }
    expect(words()).not.toContain('waiting');
  });

  test('a gap between two frames with an empty buffer, that no event told', () => {
    const { video, session } = playing();
    video.bufferedTo = video.currentTime + 1.5;
    video.run(400);
    video.bufferedTo = video.currentTime + 0.1;
    video.run(80);
    video.bufferedTo = video.currentTime;
    video.stand(600);
    video.bufferedTo += 10;
    video.run(80);
    expect(session().totals.stalls).toBe(1);
    expect(Math.abs(session().totals.stallMs - 600)).toBeLessThanOrEqual(60);
  });

  test('frames that a busy page missed shorten a gap, and do not hide it', () => {
    const { video, session, words } = playing();
    video.bufferedTo = video.currentTime + 1.5;
    video.run(400);
    video.bufferedTo = video.currentTime + 0.1;
    video.run(80);
    // Busy for 0.8 s while 19 frames were painted.
    video.totalVideoFrames += 19;
    video.stand(760);
    video.run(40);
    expect(words()).not.toContain('waiting');
    video.totalVideoFrames += 1;
    video.stand(760);
    video.bufferedTo += 10;
    video.run(40);
    expect(session().totals.stalls).toBe(1);
    expect(Math.abs(session().totals.stallMs - 720)).toBeLessThanOrEqual(60);
  });

  /** Nothing is left to show, and the sound goes on for so long. */
  function starvedWithSound(ms: number) {
    const all = playing();
    const { video } = all;
    video.bufferedTo = video.currentTime + 1.5;
    video.run(400);
    video.bufferedTo = video.currentTime + 0.1;
    video.run(80);
    video.run(ms, { frozen: true });
    return all;
  }

  test('a gap counts by what was left when it began, not by what came in before the next frame', () => {
    const { video, session } = starvedWithSound(600);
    video.bufferedTo = video.currentTime + 10;
    video.fire('timeupdate');
    video.run(40);
    expect(session().totals.stalls).toBe(1);
  });

  test('a pause ends a gap that no event told', () => {
    const { video, session } = starvedWithSound(600);
    video.pause();
    expect(session()).toMatchObject({ state: 'paused', totals: { stalls: 1 } });
    expect(Math.abs(session().totals.stallMs - 560)).toBeLessThanOrEqual(60);
  });

  test('a return from a hidden tab is no gap', () => {
    const { video, words } = playing();
    video.bufferedTo = video.currentTime + 1.5;
    video.run(400);
    video.visible(false);
    video.run(4000, { frozen: true });
    video.visible(true);
    video.run(400);
    expect(words()).not.toContain('waiting');
  });
});

describe('pauses, seeks and the end', () => {
  test('pause and play', () => {
    const { video, session } = playing();
    video.pause();
    video.stand(5000);
    video.start(40);
    video.run(1000);
    expect(session()).toMatchObject({ state: 'playing', totals: { plays: 1, stalls: 0 } });
    expect(session().times.paused).toBe(5000);
  });

  test('a seek, with its waiting, until the first new frame', () => {
    const { video, session } = playing();
    const before = session().totals.mediaSec;
    video.seek(30);
    video.fire('waiting');
    video.stand(700);
    video.sought();
    video.run(40);
    expect(session()).toMatchObject({ state: 'playing', totals: { seeks: 1, stalls: 0 }, times: { seeking: 740 } });
    expect(session().totals.mediaSec).toBeCloseTo(before, 0);
  });

  test('a seek while paused ends with the picture, and stays paused', () => {
    const { video, session } = playing();
    video.pause();
    video.seek(30);
    video.stand(300);
    video.sought();
    expect(session()).toMatchObject({ state: 'paused', totals: { seeks: 1 }, times: { seeking: 300 } });
  });

  test('a pause before the first frame stops the clock, also while the player goes to where it begins', () => {
    const { video, session } = watched();
    video.load('a.mp4');
    video.ask();
    video.seek(20);
    video.stand(300);
    video.pause();
    video.stand(5000);
    video.ask();
    video.stand(200);
    video.sought();
    video.run(400);
    expect(session().times.paused).toBe(5000);
    expect(session().startup.durationMs).toBe(540);
  });

  test('the pause of the end is none', () => {
    const { video, words, session } = playing();
    video.end();
    expect(words()).not.toContain('pause');
    expect(session()).toMatchObject({ state: 'ended', over: true });
  });

  test('replay is a new viewing', () => {
    const { video, session } = playing();
    video.end();
    video.ask();
    video.seek(0);
    video.sought();
    video.run(80);
    expect(session()).toMatchObject({ view: 2, state: 'playing', totals: { plays: 1, seeks: 0 } });
  });
});

test('another source is another viewing, the same one is not', () => {
  const { video, session } = playing();
  video.load('a.mp4');
  expect(session().view).toBe(1);
  video.load('b.mp4');
  expect(session()).toMatchObject({ view: 2, source: 'b.mp4' });
});

test.each([
  [2, 'media_network'],
  [3, 'media_decode'],
  [4, 'media_unsupported'],
])('an error of code %i is fatal: %s', (code, errorType) => {
  const { video, session } = playing();
  video.error = { code, message: 'why' };
  video.fire('error');
  expect(session()).toMatchObject({ state: 'failed', error: errorType });
});

test('an abort by the page is no error', () => {
  const { video, words } = playing();
  video.error = { code: 1, message: '' };
  video.fire('error');
  expect(words()).not.toContain('error');
});

test('samples come each second, and at once when the page is hidden or the rate changes', () => {
  const { video, of } = playing();
  const count = of('sample').length;
  video.stand(3000);
  expect(of('sample').length).toBe(count + 3);
  video.visible(false);
  expect(of('sample').at(-1)).toMatchObject({ hidden: true });
  video.playbackRate = 2;
  video.fire('ratechange');
  expect(of('sample').at(-1)).toMatchObject({ rate: 2 });
});

test.each([
  [[[0, 10]], 4, 6],
  [[[5, 10]], 4.95, 5.05],
  [
    [
      [0, 3],
      [8, 12],
    ],
    9,
    3,
  ],
  [[[8, 12]], 4, 0],
  [[], 4, 0],
  [[[0, 4]], 4, 0],
])('of %o at %d there are %d s ahead', (ranges, currentTime, ahead) => {
  const at = (edge: 0 | 1) => (range: number) => (ranges[range] as [number, number])[edge];
  const buffered = { length: ranges.length, start: at(0), end: at(1) };
  expect(bufferAhead({ buffered, currentTime } as HTMLMediaElement)).toBeCloseTo(ahead);
});
