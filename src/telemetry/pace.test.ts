import { expect, test } from 'vitest';
import { pass, reduce } from '../core/reduce.ts';
import { freshSession } from '../core/session.ts';
import type { Line } from '../core/test-events.ts';
import { answered, at, event, playingFrom500, sent } from '../core/test-events.ts';
import { isPrompt, pace } from './pace.ts';

function start() {
  const reports = pace();
  let session = freshSession(0);
  return {
    say(...tape: readonly Line[]) {
      for (const line of tape) {
        const before = session;
        session = reduce(before, event(line));
        reports.seen(before, session);
      }
    },
    pass(ms: number) {
      const before = session;
      session = pass(before, ms);
      reports.seen(before, session);
    },
    isWhole: (waiting = 0, checked = false) => reports.isWhole(waiting, checked),
    /** What the next reports are, as long as nothing happens: `#` whole, `.` a heartbeat. */
    next: (count: number) => Array.from({ length: count }, () => (reports.isWhole(0, false) ? '#' : '.')).join(''),
  };
}

test('the first two reports are whole, then one of eight at a short period', () => {
  expect(start().next(20)).toBe('##.......#.......#..');
});

test('a checkpoint makes its report whole, and the wait begins anew', () => {
  const { next, isWhole } = start();
  expect(next(8)).toBe('##......');
  expect(isWhole(1, true)).toBe(true);
  expect(next(8)).toBe('.......#');
});

test('so do as many spans as may leave with the page', () => {
  const { next, isWhole } = start();
  next(2);
  expect([39, 40, 0].map((waiting) => isWhole(waiting))).toEqual([false, true, false]);
});

const failed = { result: 'failed', status: 404, errorType: 'http_404' } as const;
const news: Record<string, readonly Line[]> = {
  'a stop of the picture': [[9000, 'waiting']],
  'a seek': [[9000, 'seek', { to: 60 }]],
  'a pause': [[9000, 'pause']],
  'a failed request': [sent(9000, 7), answered(9100, 7, failed)],
  'an error': [[9000, 'error', { errorType: 'media_decode', fatal: false }]],
};

test.each(Object.entries(news))('after %s two reports are whole', (_, lines) => {
  const { say, next } = start();
  say(...playingFrom500, [600, 'quality', { rendition: { bitrate: 1_000_000 } }], at(8000));
  next(4);
  say(...lines);
  expect(next(5)).toBe('##...');
});

test('requests that went well, samples and other renditions are no news', () => {
  const { say, pass, next } = start();
  say(...playingFrom500, [600, 'quality', { rendition: { bitrate: 1_000_000 } }], at(8000));
  next(3);
  say(
    [8050, 'quality', { rendition: { bitrate: 2_000_000 } }],
    sent(8100, 7),
    answered(8200, 7),
    at(9000),
    sent(9100, 8),
    answered(9200, 8, { result: 'aborted' }),
  );
  pass(10_000);
  expect(next(3)).toBe('...');
});

test('what alerts watch does not wait', () => {
  const prompt = ['livestream.viewer.presence', 'webrtc.rtp.packets.lost', 'webrtc.rtp.packets.received'];
  expect(prompt.map(isPrompt)).toEqual([true, true, true]);
  expect(isPrompt('livestream.segment.fetch.duration')).toBe(false);
});
