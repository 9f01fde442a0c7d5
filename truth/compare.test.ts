import { expect, test } from 'vitest';
import type { Measurement } from './compare.ts';
import { rowsOf } from './compare.ts';

const played = { protocol: 'hls', browser: 'chromium' } as const;
const measured = (
  figure: Measurement['figure'],
  pairs: readonly (readonly [expected: number | string, received: number | string | null])[],
) => pairs.map(([expected, received]): Measurement => ({ ...played, figure, case: 'x', expected, received }));

test('a figure within its tolerance holds, with its median and worst error', () => {
  const [row] = rowsOf(
    measured('stallDuration', [
      [1000, 1010],
      [2000, 1850],
      [3000, 3030],
    ]),
  );
  expect(row).toMatchObject({ cases: 3, median: 30, worst: -150, held: true, wrong: [] });
});

test('one case outside is enough', () => {
  const [row] = rowsOf(
    measured('stallDuration', [
      [1000, 1010],
      [2000, 1849],
    ]),
  );
  expect(row).toMatchObject({ held: false, wrong: [{ received: 1849 }] });
});

test('what was not received is wrong', () => {
  expect(rowsOf(measured('stallDuration', [[1000, null]]))[0]).toMatchObject({
    held: false,
    worst: Number.POSITIVE_INFINITY,
  });
  expect(rowsOf(measured('ttfb', [[10, Number.NaN]]))[0]?.held).toBe(false);
  expect(rowsOf(measured('fetchStatus', [[404, null]]))[0]).toMatchObject({ held: false, worst: 1 });
});

test('percent are of what is true', () => {
  expect(rowsOf(measured('averageBitrate', [[1_000_000, 1_019_000]]))[0]).toMatchObject({ worst: 1.9, held: true });
  expect(rowsOf(measured('averageBitrate', [[1_000_000, 979_000]]))[0]?.held).toBe(false);
  expect(rowsOf(measured('nacks', [[0, 0]]))[0]).toMatchObject({ worst: 0, held: true });
  expect(rowsOf(measured('nacks', [[0, 1]]))[0]?.held).toBe(false);
});

test('a share may be wrong where the tolerance says so', () => {
  const right = Array.from({ length: 19 }, () => ['network', 'network'] as const);
  expect(rowsOf(measured('stallCause', [...right, ['network', 'unknown']]))[0]).toMatchObject({ worst: 1, held: true });
  expect(rowsOf(measured('stallCause', [...right.slice(1), ['network', 'unknown']]))[0]?.held).toBe(false);
});

test('points are differences of percentages', () => {
  expect(rowsOf(measured('packetLoss', [[5, 5.4]]))[0]).toMatchObject({ held: true });
  expect(rowsOf(measured('packetLoss', [[5, 4.4]]))[0]?.held).toBe(false);
  // What is really 0 can be told of, too.
  expect(rowsOf(measured('packetLoss', [[0, 0.6]]))[0]?.held).toBe(false);
});

test('rows come in the order of the table, by protocol and browser', () => {
  const both = [
    ...measured('states', [[1, 1]]),
    { ...measured('startup', [[1, 1]])[0], protocol: 'webrtc', browser: 'firefox' } as Measurement,
    { ...measured('startup', [[1, 1]])[0], protocol: 'webrtc' } as Measurement,
    ...measured('startup', [[1, 1]]),
  ];
  expect(rowsOf(both).map(({ figure, protocol, browser }) => [figure, protocol, browser])).toEqual([
    ['startup', 'hls', 'chromium'],
    ['startup', 'webrtc', 'chromium'],
    ['startup', 'webrtc', 'firefox'],
    ['states', 'hls', 'chromium'],
  ]);
});
