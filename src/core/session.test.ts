// Every edge of reference figures as a tape: what was said, and the state, times, totals and facts it must lead to.
import { describe, expect, test } from 'vitest';
import type { Rendition } from './events.ts';
import type { Line } from './test-events.ts';
import { answered, at, playingFrom500, run, sent, told } from './test-events.ts';

const hd = { bitrate: 4_000_000 };
const sd = { bitrate: 1_000_000 };

describe('startup', () => {
  const startups: Record<string, { tape: Line[]; durationMs?: number; result: string; plays: number }> = {
    'from the play request to the first frame': {
      tape: [...playingFrom500],
      durationMs: 500,
      result: 'started',
      plays: 1,
    },
    'preloading does not count': {
      tape: [[0, 'load'], at(9000), [10_000, 'play'], [10_300, 'playing']],
      durationMs: 300,
      result: 'started',
      plays: 1,
    },
    'autoplay counts from when it was armed': {
      tape: [
        [0, 'load'],
        [100, 'play', { armed: true }],
        [700, 'play'],
        [900, 'playing'],
      ],
      durationMs: 800,
      result: 'started',
      plays: 1,
    },
    'a refused autoplay is no attempt': {
      tape: [
        [0, 'load'],
        [100, 'play', { armed: true }],
        [2000, 'pause'],
        [9000, 'quit'],
      ],
      result: 'none',
      plays: 0,
    },
    'after a refused autoplay the wait counts from the click': {
      tape: [
        [0, 'load'],
        [0, 'play', { armed: true }],
        [2000, 'pause'],
        [10_000, 'play'],
        [10_500, 'playing'],
      ],
      durationMs: 500,
      result: 'started',
      plays: 1,
    },
    'a pause stops the clock': {
      tape: [
        [0, 'play'],
        [400, 'pause'],
        [5000, 'play'],
        [5200, 'playing'],
      ],
      durationMs: 600,
      result: 'started',
      plays: 1,
    },
    'a seek before the first frame belongs to the start': {
      tape: [
        [0, 'play'],
        [200, 'seek', { to: 60 }],
        [900, 'playing', { position: 60 }],
      ],
      durationMs: 900,
      result: 'started',
      plays: 1,
    },
    'waiting before the first frame belongs to the start': {
      tape: [
        [0, 'play'],
        [10, 'waiting'],
        [800, 'playing'],
      ],
      durationMs: 800,
      result: 'started',
      plays: 1,
    },
    'attached midway: no figure, no attempt': {
      tape: [
        [0, 'load'],
        [0, 'playing', { position: 40 }],
        [5000, 'pause'],
        [6000, 'play'],
        [6100, 'playing', { position: 45 }],
      ],
      result: 'unseen',
      plays: 0,
    },
    'a failed start': { tape: [[0, 'play'], at(900), [1000, 'error']], result: 'failed', plays: 1 },
    'a start that failed before its play event came': {
      tape: [
        [700, 'error'],
        [900, 'play'],
      ],
      result: 'failed',
      plays: 1,
    },
    'left before the first frame': {
      tape: [
        [0, 'play'],
        [3000, 'quit'],
      ],
      result: 'left',
      plays: 1,
    },
    'left while autoplay was on its way': {
      tape: [
        [0, 'play', { armed: true }],
        [3000, 'quit'],
      ],
      result: 'left',
      plays: 1,
    },
    'never asked for': {
      tape: [
        [0, 'load'],
        [3000, 'quit'],
      ],
      result: 'none',
      plays: 0,
    },
    'sleep is no wait': {
      tape: [[0, 'play'], at(1000), at(600_000), [600_500, 'playing']],
      durationMs: 1500,
      result: 'started',
      plays: 1,
    },
  };

  test.each(Object.entries(startups))('%s', (_, { tape, durationMs, result, plays }) => {
    const ran = run(...tape);
    const { startup, totals } = ran.session;
    expect({ result: startup.result, durationMs: startup.durationMs, plays: totals.plays }).toEqual({
      result,
      durationMs,
      plays,
    });
    expect(totals).toMatchObject({ stalls: 0, seeks: 0, exitsBeforeStart: result === 'left' ? 1 : 0 });
    expect(told(ran, 'startup')).toHaveLength(['started', 'failed', 'left'].includes(result) ? 1 : 0);
  });

  test('a refused autoplay is back to preloading, and its time was no start', () => {
    const { session } = run([0, 'load'], [1000, 'play', { armed: true }], [3000, 'pause'], at(4000));
    expect(session).toMatchObject({ state: 'preloading', times: { preloading: 4000, starting: 0 } });
  });

  test.each([
    ['before the play', [at(0, { hidden: true }), [100, 'play'], at(200, { hidden: false }), [900, 'playing']], true],
    ['during the start', [[0, 'play'], at(100, { hidden: true }), at(200, { hidden: false }), [900, 'playing']], true],
    ['only afterwards', [[0, 'play'], [900, 'playing'], at(1000, { hidden: true })], false],
  ] as [string, Line[], boolean][])('a tab hidden %s', (_, tape, hidden) => {
    expect(run(...tape).session.startup.hidden).toBe(hidden);
  });

  test('a failed start is no exit, and says why', () => {
    const ran = run([0, 'play'], [1000, 'error', { errorType: 'manifest_parse' }], [2000, 'quit']);
    expect(told(ran, 'startup')).toMatchObject([{ errorType: 'manifest_parse', to: 1000 }]);
    expect(ran.session.totals).toMatchObject({ exitsBeforeStart: 0, fatalErrors: 1, errors: 1 });
  });
});

describe('stalls', () => {
  test('from the last movement to the next frame, dated back', () => {
    const ran = run(...playingFrom500, at(4000), at(5000), [5000, 'waiting', { at: 4200 }], [6200, 'playing']);
    expect(told(ran, 'stall')).toMatchObject([{ from: 4200, to: 6200, endedBy: 'playing' }]);
    expect(ran.session).toMatchObject({ totals: { stalls: 1, stallMs: 2000 }, state: 'playing' });
    expect(ran.session.times).toMatchObject({ starting: 500, playing: 3700, rebuffering: 2000 });
  });

  test('never dated back beyond the state before', () => {
    const ran = run(...playingFrom500, [2000, 'waiting', { at: -4000 }], [3000, 'playing']);
    expect(told(ran, 'stall')).toMatchObject([{ from: 500, to: 3000 }]);
  });

  test('shorter than 100 ms is no stall, and its time is playing time', () => {
    const ran = run(...playingFrom500, [2000, 'waiting'], [2099, 'playing'], at(3000));
    expect(told(ran, 'stall')).toEqual([]);
    expect(ran.session).toMatchObject({ totals: { stalls: 0, stallMs: 0 }, times: { playing: 2500, rebuffering: 0 } });
  });

  const endings: Record<string, { tape: Line[]; state: string; stallMs?: number }> = {
    pause: { tape: [[3000, 'pause']], state: 'paused' },
    seek: { tape: [[3000, 'seek', { to: 90 }]], state: 'seeking' },
    ended: { tape: [[3000, 'ended']], state: 'ended' },
    error: { tape: [[3000, 'error']], state: 'failed' },
    quit: { tape: [[3000, 'quit']], state: 'quit' },
    load: { tape: [[3000, 'load', { source: 'b.m3u8' }]], state: 'preloading' },
    sleep: { tape: [at(3000), at(900_000)], state: 'starting' },
  };
  test.each(Object.entries(endings))('ended by %s', (endedBy, { tape, state }) => {
    const ran = run(...playingFrom500, [2000, 'waiting'], ...tape);
    expect(told(ran, 'stall')).toMatchObject([{ from: 2000, to: 3000, endedBy }]);
    expect(ran.session.state).toBe(state);
    expect(ran.session.stall).toBeUndefined();
  });

  test('a sleep in a stall: the rest of the wait is no second stall', () => {
    const tape: Line[] = [[2000, 'waiting'], at(3000), at(900_000), [901_000, 'waiting'], [902_000, 'playing']];
    const { session } = run(...playingFrom500, ...tape);
    expect(session).toMatchObject({ totals: { stalls: 1, stallMs: 1000 }, times: { asleep: 897_000 } });
  });

  test('an hour of sleep while playing is neither watched nor stalled', () => {
    const { session } = run(...playingFrom500, at(1500), at(3_601_500), at(3_602_500));
    expect(session.times).toMatchObject({ playing: 2000, asleep: 3_600_000, rebuffering: 0 });
  });

  test('a hidden page may be silent for a minute', () => {
    const { session } = run(...playingFrom500, at(1500, { hidden: true }), at(61_500), at(121_500));
    expect(session.times).toMatchObject({ playing: 121_000, asleep: 0 });
  });

  const noStalls: Record<string, Line[]> = {
    'the wait after a pause': [
      [2000, 'pause'],
      [3000, 'play'],
      [3010, 'waiting'],
      [5000, 'playing'],
    ],
    'the wait of a seek': [
      [2000, 'seek', { to: 60 }],
      [2010, 'waiting'],
      [5000, 'playing', { position: 60 }],
    ],
    'waiting while paused': [
      [2000, 'pause'],
      [2010, 'waiting'],
      [5000, 'play'],
      [5100, 'playing'],
    ],
    'waiting after the end': [
      [2000, 'ended'],
      [2010, 'waiting'],
      [5000, 'quit'],
    ],
  };
  test.each(Object.entries(noStalls))('no stall: %s', (_, tape) => {
    const ran = run(...playingFrom500, ...tape);
    expect(told(ran, 'stall')).toEqual([]);
    expect(ran.session.times.rebuffering).toBe(0);
  });

  test('a second waiting extends the first', () => {
    const ran = run(...playingFrom500, [2000, 'waiting'], [3000, 'waiting'], [4000, 'playing']);
    expect(told(ran, 'stall')).toMatchObject([{ from: 2000, to: 4000 }]);
  });

  test('links the requests that were in flight or failed, not those that were over', () => {
    const tape = [answered(600, 1), sent(1000, 2), sent(1000, 3), answered(1200, 3)];
    const later = [sent(2500, 4), answered(2600, 4, { result: 'failed', status: 503, errorType: 'http_503' })];
    const ran = run(...playingFrom500, ...tape, [2000, 'waiting'], ...later, [4000, 'playing']);
    expect(told(ran, 'stall')).toMatchObject([{ requests: [2, 4], cause: 'network' }]);
  });
});

describe('seeks', () => {
  test('from the first jump to the first frame', () => {
    const tape: Line[] = [
      [3000, 'seek', { to: 60 }],
      [3900, 'playing', { position: 60 }],
    ];
    const ran = run(...playingFrom500, ...tape);
    expect(told(ran, 'seek')).toMatchObject([{ from: 3000, to: 3900, target: 60, endedBy: 'playing' }]);
    expect(ran.session.times.seeking).toBe(900);
  });

  test('a scrub is one seek, to the last target', () => {
    const jumps: Line[] = [10, 20, 30].map((to, index) => [3000 + index * 100, 'seek', { to }]);
    const ran = run(...playingFrom500, ...jumps, [4000, 'playing', { position: 30 }]);
    expect(told(ran, 'seek')).toMatchObject([{ from: 3000, to: 4000, target: 30 }]);
    expect(ran.session.totals.seeks).toBe(1);
  });

  test('while paused it ends with the picture of the target', () => {
    const tape: Line[] = [
      [2000, 'pause'],
      [3000, 'seek', { to: 60 }],
      [3400, 'pause'],
    ];
    const ran = run(...playingFrom500, ...tape);
    expect(told(ran, 'seek')).toMatchObject([{ from: 3000, to: 3400, endedBy: 'pause' }]);
    expect(ran.session).toMatchObject({ state: 'paused', times: { seeking: 400, paused: 1000 } });
  });

  test('a play during a paused seek does not cut it', () => {
    const tape: Line[] = [
      [2000, 'pause'],
      [3000, 'seek', { to: 60 }],
      [3100, 'play'],
      [3500, 'playing', { position: 60 }],
    ];
    expect(told(run(...playingFrom500, ...tape), 'seek')).toMatchObject([{ from: 3000, to: 3500 }]);
  });

  test('a jump to nowhere leaves the position a number', () => {
    const { session } = run(...playingFrom500, at(2500), [3000, 'seek', { to: Number.NaN }], [3500, 'playing']);
    expect(session.position).toBe(0);
    const { session: seeking } = run(...playingFrom500, at(2500), [3000, 'seek', { to: Number.NaN }]);
    expect(seeking.position).toBe(2);
  });
});

describe('viewings', () => {
  test('the same source again is the same viewing', () => {
    const ran = run(...playingFrom500, [2000, 'load'], at(3000));
    expect(ran.session).toMatchObject({ view: 1, state: 'playing', startedAt: 0 });
    expect(told(ran, 'over')).toEqual([]);
  });

  test('another source is another viewing, which begins with nothing', () => {
    const ran = run(...playingFrom500, [2000, 'quality'], [3000, 'load', { source: 'b.m3u8' }]);
    expect(told(ran, 'over')).toMatchObject([{ at: 3000, endedBy: 'load', last: { view: 1, state: 'quit' } }]);
    expect(ran.session).toMatchObject({ view: 2, source: 'b.m3u8', startedAt: 3000, state: 'preloading', over: false });
    expect(ran.session.rendition).toBeUndefined();
    expect(ran.session.startup.result).toBe('none');
  });

  test('a source that replaces one that never started is an exit', () => {
    const ran = run([0, 'load'], [0, 'play'], [2000, 'load', { source: 'b.m3u8' }]);
    expect(told(ran, 'over')[0]?.last.totals).toMatchObject({ plays: 1, exitsBeforeStart: 1 });
    expect(ran.session.totals.exitsBeforeStart).toBe(0);
  });

  test('replay after the end is a new viewing of the same rendition', () => {
    const replay: Line[] = [
      [9000, 'play'],
      [9000, 'seek', { to: 0 }],
      [9300, 'playing'],
      [10_300, 'sample', { position: 1 }],
    ];
    const ran = run(...playingFrom500, [600, 'quality', { rendition: hd }], [4000, 'ended'], ...replay);
    expect(told(ran, 'over')).toMatchObject([{ endedBy: 'ended', last: { times: { playing: 3500 } } }]);
    expect(ran.session).toMatchObject({ view: 2, startup: { durationMs: 300 }, totals: { plays: 1, seeks: 0 } });
    expect(ran.session.totals).toMatchObject({ mediaSec: 1, mediaBits: 4_000_000 });
  });

  test('a fatal error ends it once', () => {
    const ran = run(...playingFrom500, [3000, 'error'], [3001, 'error'], [4000, 'quit']);
    expect(told(ran, 'error')).toHaveLength(1);
    expect(told(ran, 'over')).toMatchObject([{ endedBy: 'error', last: { state: 'failed', error: 'media_decode' } }]);
    expect(ran.session.totals.fatalErrors).toBe(1);
  });

  test('what a player recovers from by itself goes on as the same viewing', () => {
    const ran = run(...playingFrom500, [3000, 'error'], [4000, 'playing'], at(5000));
    expect(ran.session).toMatchObject({ view: 1, state: 'playing', over: false, times: { failed: 1000 } });
    expect(ran.session.startup).toMatchObject({ result: 'started', durationMs: 500 });
  });

  test('play after a failure is a new attempt', () => {
    const { session } = run([0, 'play'], [1000, 'error'], [5000, 'play'], [5200, 'playing']);
    expect(session).toMatchObject({ view: 2, startup: { durationMs: 200 }, totals: { plays: 1, fatalErrors: 0 } });
    expect(session.error).toBeUndefined();
  });

  test('back from the cache of pages: quit, then the same source is a new viewing', () => {
    const ran = run(...playingFrom500, [3000, 'quit'], [90_000, 'load'], [90_000, 'play'], [90_300, 'playing']);
    expect(told(ran, 'over')).toHaveLength(1);
    expect(ran.session).toMatchObject({ view: 2, startedAt: 90_000, startup: { durationMs: 300 } });
  });

  test('after it quit nothing plays', () => {
    const ran = run(...playingFrom500, [3000, 'quit'], [4000, 'play'], [5000, 'playing'], at(6000), [7000, 'quit']);
    expect(ran.session).toMatchObject({ view: 1, state: 'quit', totals: { plays: 1, mediaSec: 0 } });
    expect(told(ran, 'over')).toHaveLength(1);
  });
});

describe('frames', () => {
  const frames = (total: number, dropped: number) => ({ frames: { total, dropped } });

  test('differences, from the first sight on', () => {
    const { session } = run(...playingFrom500, at(1000, frames(100, 5)), at(2000, frames(160, 11)));
    expect(session.totals).toMatchObject({ framesRendered: 54, framesDropped: 6 });
  });

  test('hidden ones are not counted', () => {
    const hide = at(2000, { ...frames(150, 0), hidden: true });
    const show = at(9000, { ...frames(300, 140), hidden: false });
    const { session } = run(...playingFrom500, at(1000, frames(100, 0)), hide, show, at(10_000, frames(350, 141)));
    expect(session.totals).toMatchObject({ framesRendered: 49, framesDropped: 1 });
  });

  test('a restarted counter is a new base', () => {
    const restart = [at(2000, frames(3, 0)), at(3000, frames(33, 2))];
    const { session } = run(...playingFrom500, at(1000, frames(100, 9)), ...restart);
    expect(session.totals).toMatchObject({ framesRendered: 28, framesDropped: 2 });
  });

  test('a sample that knows no frames changes nothing', () => {
    const { session } = run(...playingFrom500, at(1000, frames(100, 0)), at(1500), at(2000, frames(130, 1)));
    expect(session.totals).toMatchObject({ framesRendered: 29, framesDropped: 1 });
  });
});

describe('media seconds', () => {
  const positions = (rate: number, ...seconds: readonly number[]): Line[] =>
    seconds.map((position, index) => [1500 + index * 1000, 'sample', { position, rate }]);

  test.each([0.5, 1, 2, 4])('at rate %d every second of media counts once', (rate) => {
    const rated: Line = [501, 'sample', { position: 0, rate }];
    const { session } = run(...playingFrom500, rated, ...positions(rate, rate, 2 * rate, 3 * rate));
    expect(session.totals.mediaSec).toBeCloseTo(3 * rate);
    expect(session.times.playing).toBe(3000);
  });

  test('jumps, forwards and backwards, are not rendered', () => {
    const { session } = run(...playingFrom500, ...positions(1, 1, 61, 62, 10, 11));
    expect(session.totals.mediaSec).toBe(3);
  });

  test('nothing is rendered in a pause or a seek', () => {
    const paused: Line[] = [
      [2000, 'pause'],
      [2500, 'sample', { position: 1.6 }],
    ];
    const sought: Line[] = [
      [3000, 'seek', { to: 1.8 }],
      [3100, 'sample', { position: 1.9 }],
    ];
    expect(run(...playingFrom500, at(2000), ...paused, ...sought).session.totals.mediaSec).toBe(1.5);
  });

  test('what was rendered before the first rendition was named is of that one', () => {
    const { totals } = run(...playingFrom500, at(2500), [2500, 'quality', { rendition: hd }], at(3500)).session;
    expect(totals).toMatchObject({ mediaSec: 3, mediaBits: 12_000_000, switchesUp: 0 });
  });

  test('bits are those of the rendition that was on screen', () => {
    const tape = [[500, 'quality', { rendition: sd }], at(2500), [2500, 'quality', { rendition: hd }], at(3500)];
    const ran = run(...playingFrom500, ...(tape as Line[]));
    expect(ran.session.totals).toMatchObject({ mediaSec: 3, mediaBits: 6_000_000, switchesUp: 1, switchesDown: 0 });
    expect(told(ran, 'switch')).toMatchObject([{ from: sd, to: hd }]);
  });
});

describe('switches', () => {
  test('the first rendition and those before the first frame are none', () => {
    const early: Line[] = [
      [100, 'quality', { rendition: sd }],
      [200, 'quality', { rendition: hd }],
    ];
    expect(told(run([0, 'load'], [0, 'play'], ...early, [500, 'playing']), 'switch')).toEqual([]);
  });

  test('up, down, and the same again', () => {
    const shown: Line[] = [sd, hd, hd, sd].map((rendition, index) => [1000 + index, 'quality', { rendition }]);
    expect(run(...playingFrom500, ...shown).session.totals).toMatchObject({ switchesUp: 1, switchesDown: 1 });
  });

  describe('where the sound has renditions of its own', () => {
    const stereo = { bitrate: 1_128_000, audioBitrate: 128_000 };
    const surround = { bitrate: 1_384_000, audioBitrate: 384_000 };
    const switched = (...renditions: Rendition[]) =>
      run(...playingFrom500, ...renditions.map((rendition, index): Line => [1000 + index, 'quality', { rendition }]));

    test('a change of the sound alone is none, and its bits count', () => {
      const ran = switched(stereo, surround);
      expect(told(ran, 'switch')).toEqual([]);
      expect(ran.session.rendition).toEqual(surround);
    });

    test('better sound with a worse picture is one down', () => {
      const worse = { bitrate: 1_184_000, audioBitrate: 384_000 };
      expect(switched(stereo, worse).session.totals).toMatchObject({ switchesUp: 0, switchesDown: 1 });
      expect(switched(worse, stereo).session.totals).toMatchObject({ switchesUp: 1, switchesDown: 0 });
    });
  });
});

test('requests: each attempt counts once, by its outcome', () => {
  const answers = [
    answered(700, 1, { bytes: 10 }),
    answered(800, 2, { result: 'failed', status: 404, errorType: 'http_404', bytes: 3 }),
    answered(900, 3, { result: 'aborted', bytes: 4 }),
  ];
  const ran = run(...playingFrom500, sent(600, 1), sent(600, 2), sent(600, 3), ...answers);
  expect(ran.session.totals).toMatchObject({
    requests: 3,
    requestsFailed: 1,
    requestsAborted: 1,
    errors: 1,
    bytes: 17,
  });
  expect(ran.session.inFlight).toEqual([]);
  expect(ran.session.failures).toMatchObject([{ id: 2 }]);
});

test('the first word may name a time before the session: nothing gets negative', () => {
  const { session } = run([-5000, 'load'], [-4000, 'play'], [1000, 'playing']);
  expect(session.times.starting).toBe(1000);
  expect(session.startup.durationMs).toBe(1000);
});
