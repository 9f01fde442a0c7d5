import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Seen } from './figures.ts';
import { figures, valuesOf } from './figures.ts';
import { quantile } from './quantile.ts';
import { sampleOf } from './sample.ts';
import { viewerThat } from './test-viewer.ts';

const none = sampleOf();
const nothing = { fetchSec: none, ttfbSec: none, stallSec: none, liveLatencySec: none, rttSec: none };
const of = (seen: Partial<Seen>) => valuesOf({ ...nothing, viewers: [], ...seen });
const startedIn = (durationSec: number) => viewerThat({ startup: { result: 'started', durationSec } });

test('quantiles are values that were seen, by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([0.5, 0.95, 0.99, 1].map((share) => quantile(hundred, share))).toEqual([50, 95, 99, 100]);
  expect(quantile([3, 1, 2], 0.5)).toBe(2);
  expect(quantile([], 0.5)).toBeNull();
});

test('a viewer that never saw a picture is as slow as never', () => {
  const values = of({ viewers: [startedIn(1), startedIn(2), startedIn(3), undefined] });
  expect(values).toMatchObject({ viewers: 3, 'viewers.failed': 1, 'startup.p50': 2, 'startup.p95': null });
});

test('a player that played before it was attached has no startup, but is a viewer', () => {
  const unseen = viewerThat({ startup: { result: 'unseen', durationSec: null } });
  expect(of({ viewers: [unseen, startedIn(2)] })).toMatchObject({ viewers: 2, 'startup.max': 2 });
});

test('a viewer that an error threw out is none any more', () => {
  const out = viewerThat({ errors: { count: 3, fatal: 'segment_http_404' } });
  expect(of({ viewers: [out, viewerThat()] })).toMatchObject({ viewers: 1, errors: 3, 'errors.fatal': 1 });
});

test('ratios are those of the sums, not means of ratios', () => {
  const long = viewerThat({ times: { playing: 90, stalled: 10 } });
  const short = viewerThat({ times: { playing: 1, stalled: 0 } });
  expect(of({ viewers: [long, short] }).stall_ratio).toBeCloseTo(10 / 101);
  expect(of({ viewers: [] }).stall_ratio).toBeNull();
});

test('a stall that is not over counts as well', () => {
  const standing = viewerThat({ stalls: { count: 1, current: { durationSec: 3, cause: 'network' } } });
  expect(of({ viewers: [standing, viewerThat()] }).stall_count).toBe(2);
});

test('the bitrate weighs each viewer by what it played', () => {
  const much = viewerThat({ media: { playedSec: 30, averageBitrate: 1_000_000 } });
  const little = viewerThat({ media: { playedSec: 10, averageBitrate: 5_000_000 } });
  expect(of({ viewers: [much, little, viewerThat()] }).bitrate).toBe(2_000_000);
});

test('packets, bytes and round trips come from the peer connection', () => {
  const stream = { kind: 'video', nacks: 0, plis: 0, freezes: 0, frozenSec: 0, bytes: 1_000_000 } as const;
  const streams = [
    { ...stream, direction: 'received', packets: 97, packetsLost: 3 } as const,
    { ...stream, direction: 'sent', packets: 1000, packetsLost: 500 } as const,
  ];
  const viewer = viewerThat({ webrtc: { connectedSec: 8, streams } });
  expect(of({ viewers: [viewer], rttSec: sampleOf([0.1, 0.2]) })).toMatchObject({
    packet_loss: 0.03,
    bitrate: 1_000_000,
    'rtt.p50': 0.1,
  });
});

test('every figure has a meaning, and is a number or null of whatever was seen', () => {
  for (const [name, value] of Object.entries(of({ viewers: [undefined] }))) {
    expect(figures[name]?.meaning).toBeTruthy();
    expect(value === null || Number.isFinite(value)).toBe(true);
  }
});

test('the guide has every figure, with its meaning', () => {
  const guide = readFileSync('docs/guides/watch.md', 'utf8');
  for (const [name, { meaning }] of Object.entries(figures)) {
    expect(guide).toMatch(`\`${name}\``);
    expect(guide).toContain(`| ${meaning.replace(/: (p\d+|max)$/, '')} |`);
  }
});
