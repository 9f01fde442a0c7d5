import { expect, test } from 'vitest';
import { alerts } from './alerts.ts';
import { metrics } from './signals.ts';

test('each alert stands on a metric of the catalogue and a kind that has its statistic', () => {
  for (const { metric, statistic } of alerts) {
    const { kind } = metrics[metric];
    const wanted = { quantile: 'histogram', mean: 'histogram', ratio: 'counter', viewers: 'gauge' }[statistic.kind];
    expect(kind, metric).toBe(wanted);
  }
});

test('the six alerts are there once each', () => {
  expect(alerts.map(({ name }) => name).sort()).toEqual([
    'IngestBitrateLow',
    'OriginSlow',
    'SegmentPublishSlow',
    'StreamWentDark',
    'ViewersDroppedSuddenly',
    'WebRTCPacketLossHigh',
  ]);
});

test('the threshold of a quantile is an edge of the histogram, so that it is exact', () => {
  for (const { metric, statistic, threshold } of alerts) {
    if (statistic.kind !== 'quantile' || threshold.kind !== 'fixed') continue;
    expect((metrics[metric] as { edges: readonly number[] }).edges, metric).toContain(threshold.value);
  }
});

test('a share of a peak looks back further than the time for which it must hold', () => {
  for (const { threshold, forSeconds } of alerts) {
    if (threshold.kind === 'peak') expect(threshold.windowSeconds).toBeGreaterThan(forSeconds * 2);
  }
});
