import { expect, test } from 'vitest';
import type { Moment } from './moment.ts';
import { progressOn } from './progress.ts';

const moment: Moment = {
  ...{ atSec: 1, asked: 2, up: 1, playing: 1, stalled: 0, starting: 1, failed: 0, stalls: 0, errors: 0 },
  ...{ fetchP95Sec: 0.082, bitrate: null, liveLatencyP50Sec: null },
};

function shown(isTTY: boolean, moments: readonly Partial<Moment>[]): string {
  let text = '';
  const write = (part: string | Uint8Array) => {
    text += part;
    return true;
  };
  const progress = progressOn({ isTTY, columns: 60, write });
  for (const each of moments) progress.show({ ...moment, ...each });
  progress.end();
  return text;
}

test('without a terminal there is a line every 10 s, and one when it gets worse', () => {
  const lines = shown(false, [
    { atSec: 1 },
    { atSec: 2 },
    { atSec: 3, stalled: 1 },
    { atSec: 4, stalled: 1 },
    { atSec: 13 },
  ]);
  expect(lines.split('\n').map((line) => line.trim().split(' s ')[0])).toEqual(['1', '3', '13', '']);
  expect(lines).toContain('1/2 up  1 playing  1 starting  1 stalled  0 stalls  0 errors  fetch p95 82 ms');
});

test('on a terminal one line changes, fits, and is gone at the end', () => {
  const text = shown(true, [{ atSec: 1 }, { atSec: 2 }]);
  expect(text).not.toContain('\n');
  const lines = text.split('\r\u001b[2K');
  expect(lines).toHaveLength(4);
  expect(lines.at(-1)).toBe('');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(60);
});
