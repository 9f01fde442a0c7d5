// The gate: what a viewer costs the network, in a live stream with segments of 4 s. The limits are in limits.json, requests and
// bytes as sent, for a viewer and minute.
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { PlaybackEvent } from '../../src/core/events.ts';
import { loadTapes } from '../../src/core/test-tapes.ts';
import limits from './limits.json' with { type: 'json' };
import { prolong } from './prolong.ts';
import type { Sent } from './replay.ts';
import { replay } from './replay.ts';

const steady = { fromMs: 20_000, forMs: 120_000, segmentMs: 4000 };
const turns = 15;
const settledMs = 60_000;
const periodMs = 10_000;
const jitter = 1.1;

const evening = (): Iterable<PlaybackEvent> => prolong(loadTapes().get('steady') as never, steady, turns);
const traced = await replay(evening(), { sampleRatio: 1 });
const untraced = await replay(evening(), { sampleRatio: 0 });
const endMs = steady.fromMs + turns * steady.forMs;

const bytesOf = (sent: readonly Sent[]) => sent.reduce((sum, { bytes }) => sum + bytes, 0);
const settled = (sent: readonly Sent[]) => sent.filter(({ at }) => at >= settledMs && at < endMs);
const perMinute = (count: number) => (count * 60_000) / (endMs - settledMs);
const metricsOf = (sent: readonly Sent[]) => sent.filter(({ path }) => path === '/v1/metrics');
const text = ({ plain }: Sent) => gunzipSync(plain).toString();
const countOf = (word: string, sent: readonly Sent[]) =>
  sent.reduce((sum, each) => sum + (text(each).split(`"${word}"`).length - 1), 0);

test('with every segment traced', () => {
  const sent = settled(traced);
  expect(
    perMinute(
      countOf(
        'livestream.segment.fetch',
        sent.filter(({ path }) => path === '/v1/traces'),
      ),
    ),
  ).toBeCloseTo(15, 0);
  expect(perMinute(sent.length)).toBeLessThanOrEqual(limits.requests);
  expect(perMinute(bytesOf(sent))).toBeLessThanOrEqual(limits.bytesTraced);
});

test('with one session of ten traced', () => {
  const mean = 0.1 * bytesOf(settled(traced)) + 0.9 * bytesOf(settled(untraced));
  expect(perMinute(mean)).toBeLessThanOrEqual(limits.bytesSampled);
});

test('in the first minute', () => {
  const first = traced.filter(({ at }) => at < 60_000);
  expect(first.length).toBeLessThanOrEqual(limits.firstMinuteRequests);
  expect(bytesOf(first)).toBeLessThanOrEqual(limits.firstMinuteBytes);
});

test('says in each period that the viewer is there', () => {
  const reports = metricsOf(traced).filter((each) => text(each).includes('"livestream.viewer.presence"'));
  const gaps = reports.slice(1).map(({ at }, index) => at - (reports[index]?.at ?? 0));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(periodMs * jitter);
});

test('nothing waits for longer than a checkpoint and a period', () => {
  const whole = traced.filter(({ path }) => path === '/v1/traces').map(({ at }) => at);
  const gaps = whole.slice(1).map((at, index) => at - (whole[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(60_000 + periodMs * jitter);
});

test('a stall is told with the next report, and what led to it', async () => {
  const stallAt = 200_000;
  const sent = await replay(withStall(evening(), stallAt, 2000), { sampleRatio: 0 });
  const [first] = sent.filter(({ path }) => path === '/v1/traces');
  expect(first?.at).toBeGreaterThan(stallAt + 2000);
  expect(first?.at).toBeLessThanOrEqual(stallAt + 2000 + periodMs * jitter);
  expect(countOf('livestream.player.stall', [first as Sent])).toBe(1);
  expect(countOf('livestream.segment.fetch', [first as Sent])).toBeGreaterThan(20);
});

function* withStall(events: Iterable<PlaybackEvent>, at: number, forMs: number): Generator<PlaybackEvent> {
  let isTold = false;
  let position = 0;
  for (const event of events) {
    if (event.type === 'sample') position = event.position;
    // The picture stands, so nothing is said of where it stands.
    if (event.at >= at && !isTold) {
      isTold = true;
      yield { type: 'waiting', at, position, bufferAheadSec: 0 };
      yield { type: 'playing', at: at + forMs, position };
    }
    if (event.at >= at && event.at < at + forMs && event.type === 'sample') continue;
    yield event;
  }
}
