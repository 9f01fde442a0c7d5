// Why a picture stood still, from the words before and during the stall.
import { describe, expect, test } from 'vitest';
import type { Line } from './test-events.ts';
import { answered, at, playingFrom500, run, sent, told } from './test-events.ts';

const failed = { result: 'failed', status: 503, errorType: 'http_503' } as const;
const edge = (sequence: number) => ({ edge: { sequence, targetDurationSec: 2 } });

function causeOfStall(before: readonly Line[], during: readonly Line[] = [], bufferAheadSec = 0) {
  const waiting: Line = [10_000, 'waiting', { position: 9.5, bufferAheadSec }];
  const [stall] = told(run(...playingFrom500, ...before, waiting, ...during, [14_000, 'playing']), 'stall');
  return stall?.cause;
}

describe('network', () => {
  test('media in flight', () => {
    expect(causeOfStall([sent(9000, 1)])).toBe('network');
    expect(causeOfStall([sent(9000, 1, { objectType: 'init' })])).toBe('network');
  });

  test('media that was in flight when the picture stopped, and had come when that was told', () => {
    const cameAt = (at: number) => causeOfStall([sent(8000, 1), answered(at, 1, { durationMs: at - 8000 })]);
    expect(cameAt(10_700)).toBe('network');
    expect(cameAt(9900)).toBe('unknown');
  });

  test('media that failed before and was not healed', () => {
    expect(causeOfStall([sent(8000, 1), answered(8500, 1, failed)])).toBe('network');
    expect(causeOfStall([sent(8000, 1), answered(8500, 1, failed), sent(8600, 2), answered(8900, 2)])).toBe('unknown');
  });

  test('media that failed during it', () => {
    expect(causeOfStall([], [sent(10_500, 1), answered(11_000, 1, failed)])).toBe('network');
  });

  test('media that came slowly during it, but not because it was still being produced', () => {
    const slowly = (chunked: boolean) =>
      causeOfStall([], [sent(10_100, 1, { chunked }), answered(12_100, 1, { durationMs: 2000 }, { chunked })]);
    expect(slowly(false)).toBe('network');
    expect(slowly(true)).toBe('unknown');
  });

  test('a playlist that hangs or failed, but not the one that is asked for all the time', () => {
    const playlist = { objectType: 'manifest' } as const;
    expect(causeOfStall([sent(8000, 1, playlist)])).toBe('network');
    expect(causeOfStall([sent(9900, 1, playlist)])).toBe('unknown');
    expect(causeOfStall([sent(9800, 1, playlist), answered(9900, 1, failed, playlist)])).toBe('network');
  });

  test('not a playlist that the server holds back on purpose', () => {
    expect(causeOfStall([sent(5000, 1, { objectType: 'manifest', blocking: true })])).toBe('unknown');
  });

  test('not what was given up', () => {
    expect(causeOfStall([sent(9000, 1), answered(9500, 1, { result: 'aborted' })])).toBe('unknown');
  });
});

describe('live edge', () => {
  test('the playlist has not advanced for more than one and a half target durations', () => {
    expect(causeOfStall([at(8000, edge(7))])).toBe('live_edge');
  });

  test('it advanced again before the picture did', () => {
    expect(causeOfStall([at(8000, edge(7))], [at(13_500, edge(8))])).toBe('live_edge');
  });

  test('it went on all the time', () => {
    const advancing = [at(8000, edge(7)), at(9900, edge(8))];
    expect(causeOfStall(advancing, [at(11_900, edge(9)), at(13_800, edge(10))])).toBe('unknown');
  });
});

describe('decode and key', () => {
  test('media enough, and no picture', () => {
    expect(causeOfStall([sent(9000, 1)], [], 4)).toBe('decode');
  });

  test('a key in flight or failed, whatever is buffered', () => {
    expect(causeOfStall([sent(9000, 1, { objectType: 'key' }), sent(9000, 2)], [], 4)).toBe('key');
    const noKey = answered(9500, 1, failed, { objectType: 'key' });
    expect(causeOfStall([sent(9000, 1, { objectType: 'key' }), noKey])).toBe('key');
  });
});

test('nothing known', () => {
  expect(causeOfStall([])).toBe('unknown');
});
