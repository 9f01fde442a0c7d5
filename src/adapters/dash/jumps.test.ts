// Which jumps and holds are dash.js's own and which the viewer's, by a player of ours that says what dash.js says.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { testWatch } from '../contract.ts';
import { dash } from '../dash.ts';
import { base } from './test-dash.ts';
import type { Stage } from './test-player.ts';
import { playing, testPlayer, useFakeTimers } from './test-player.ts';

beforeEach(useFakeTimers);
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('jumps of the player are no seeks', () => {
  const stall = ({ video }: Stage) => {
    video.starve();
    video.stand(1500);
  };
  /** Where the playhead stands after 3.4 s. */
  const here = 3.4;
  const live = ({ now }: Stage) => {
    now.window = { start: 20, end: 50 };
  };

  test.each<[string, (stage: Stage) => void, number]>([
    ['over a gap that is close', ({ video }) => (video.gap = { from: here + 0.3, to: 6 }), 6.1],
    [
      'over a gap out of a stall',
      (stage) => {
        stall(stage);
        stage.video.bufferedTo = 60;
        stage.video.gap = { from: here, to: 6 };
      },
      6.1,
    ],
    [
      'to what is buffered next, where nothing is any more',
      (stage) => {
        stall(stage);
        stage.video.bufferedTo = 60;
        stage.video.gap = { from: 0, to: 20 };
      },
      20.1,
    ],
    ['a nudge out of a stall', stall, here + 0.1],
    ['to the live point, fallen out of the window', live, 44.1],
    [
      'to the live point in low latency mode',
      ({ now }) => {
        now.window = { start: 0, end: 50 };
        now.lowLatency = true;
      },
      44.1,
    ],
    ['to where another period begins in a new media source', ({ video }) => video.fire('emptied'), 30],
  ])('%s', (_, prepare, to) => {
    const stage = playing();
    prepare(stage);
    stage.video.seek(to);
    stage.video.sought();
    stage.video.run(400);
    expect(stage.session()).toMatchObject({ state: 'playing', totals: { seeks: 0 } });
  });

  test('to where it begins, each source anew', () => {
    const { watched, load, teardown, video } = testPlayer();
    const told = testWatch();
    dash.watch(watched, told.watch);
    for (const name of ['a', 'b']) {
      teardown();
      video.load(`blob:${name}`);
      load(`${base}${name}.mpd`);
      video.ask();
      video.seek(120);
      video.sought();
      video.run(1000);
      expect(told.of('seek')).toEqual([]);
      expect(told.session()).toMatchObject({ state: 'playing', startup: { result: 'started' } });
    }
  });

  test.each<[string, (stage: Stage) => void, number]>([
    ['anywhere', () => {}, 30],
    ['a little ahead', () => {}, here + 0.5],
    ['a little back out of a stall', stall, here - 0.5],
    [
      'a little back out of a stall, to where a range begins',
      (stage) => {
        stage.video.gap = { from: 1, to: here - 0.4 };
        stall(stage);
      },
      here - 0.3,
    ],
    ['far ahead out of a stall', stall, 30],
    ['over a gap that is far', ({ video }) => (video.gap = { from: here + 5, to: 12 }), 12.1],
    ['back to what is buffered before', ({ video }) => (video.gap = { from: 1, to: 3 }), 0.1],
    ['to elsewhere than the live point, fallen out of the window', live, 30],
    [
      'to the live point without low latency',
      ({ now }) => {
        now.window = { start: 0, end: 50 };
      },
      44,
    ],
  ])("but the viewer's own are: %s", (_, prepare, to) => {
    const stage = playing();
    prepare(stage);
    stage.video.seek(to);
    stage.video.sought();
    stage.video.run(400);
    expect(stage.of('seek')).toMatchObject([{ to }]);
    expect(stage.session().totals.seeks).toBe(1);
  });
});

describe('synthetic stall events', () => {
  function held(synthetic: boolean) {
    const all = playing();
    all.now.synthetic = synthetic;
    all.video.playbackRate = 0;
    all.video.fire('ratechange');
    all.video.fire('waiting');
    all.video.stand(1500);
    return all;
  }

  test('hold the picture back by rate 0: a stall', () => {
    const { session, video } = held(true);
    video.readyState = 4;
    video.paint();
    expect(session()).toMatchObject({ state: 'rebuffering' });
    video.playbackRate = 1;
    video.fire('ratechange');
    video.run(400);
    expect(session()).toMatchObject({ state: 'playing', totals: { stalls: 1 } });
  });

  test('a rate of 0 of the page is none', () => {
    expect(held(false).session().totals.stalls).toBe(0);
  });
});
