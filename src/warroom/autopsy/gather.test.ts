// An autopsy from what a real collector keeps: its links resolve, and what is copied out of it goes in again.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { testCollector } from '../../collector/test-collector.ts';
import type { Span, Trace } from '../api.ts';
import { planOf, tracesOf } from './chapters.ts';
import { gather } from './gather.ts';
import { otlpJson } from './otlp.ts';
import { answered, connection, fetched, linkTo, playlist, published, span, stall, stopped } from './test-spans.ts';
import { verdictOf } from './verdict.ts';

/** Ids as OTLP has them, from the readable ones of the tests. */
function withIds(one: Span): Span {
  const hex = (text: string, digits: number) => createHash('sha256').update(text).digest('hex').slice(0, digits);
  const links = one.links.map((link) => ({ ...link, traceId: hex(link.traceId, 32), spanId: hex(link.spanId, 16) }));
  const parentSpanId = one.parentSpanId && hex(one.parentSpanId, 16);
  return { ...one, traceId: hex(one.traceId, 32), spanId: hex(one.spanId, 16), parentSpanId, links };
}

async function kept(spans: readonly Span[]) {
  const collector = await testCollector();
  expect((await collector.traces(otlpJson(spans.map(withIds)))).status).toBe(200);
  const ask = {
    trace: (traceId: string): Promise<Trace> => collector.get(`/api/traces/${traceId}`),
    spans: async (query: Record<string, string | number | undefined>): Promise<Span[]> => {
      const given = Object.entries(query).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)]],
      );
      return (await collector.get(`/api/spans?${new URLSearchParams(given)}`)).spans;
    },
  };
  const [stood] = await ask.spans({ name: 'livestream.player.stall' });
  return { ...collector, ask, stood: stood as Span };
}

// The server's clock is a minute ahead: its spans are looked for where they are.
const ahead = 60_000;
const clock = { 'clock.offset_ms': ahead, 'clock.offset_error_ms': 12, 'join.grade': 'own' };
const made = published(4711, 100 + ahead, { mux: 20, upload: 2840, manifest: 15 });
const late = fetched(4711, 3030, 150, clock);
const origin = { ...answered(late, 140, 5, linkTo(made[0] as Span)), startedAt: stopped + ahead + 3031 };
const lateStall = [
  ...[stall(3200, 'live_edge'), late, origin, ...made, playlist(-500, 30), playlist(1500, 30)],
  ...[...published(4710, -1900 + ahead, { mux: 20, upload: 60, manifest: 15 }), fetched(4710, -1700, 200)],
  // Of other sessions, other streams, other times.
  ...[{ ...fetched(4711, 3000, 100, { 'session.id': 'b' }), traceId: 'other-1' }, playlist(-90_000, 30)],
];

test('a live edge stall is traced to the late upload, on two clocks that are a minute apart', async () => {
  const { ask, stood } = await kept(lateStall);
  const evidence = await gather(stood, ask);
  expect(verdictOf(evidence)).toMatchObject({ culprit: 'publish', step: 'upload' });
  const plan = planOf(evidence, true);
  expect(
    plan.chapters.map(({ heading, spans }) => [heading, spans.map(({ name }) => name.replace('livestream.', ''))]),
  ).toEqual([
    [null, ['player.stall']],
    ['waited for this fetch', ['segment.fetch', 'origin.request']],
    ['publish of segment 4711', ['segment.publish', 'segment.mux', 'segment.upload', 'manifest.update']],
    ['playlist updates of this session', ['manifest.fetch', 'manifest.fetch']],
  ]);
  expect(plan.to - plan.from).toBeLessThan(5000);
  expect(planOf(evidence, false).to - plan.from).toBeGreaterThan(ahead);
});

test('what is copied is an export request that a collector takes, and has the same autopsy', async () => {
  const { ask, stood } = await kept(lateStall);
  const evidence = await gather(stood, ask);
  const shown = tracesOf(planOf(evidence, false), evidence);
  const copied = JSON.stringify(otlpJson(shown.flatMap(({ spans }) => spans)));
  const other = await testCollector();
  const answer = await other.post('/v1/traces', copied);
  expect(await answer.json()).toEqual({});
  for (const { traceId, spans } of shown) expect((await other.get(`/api/traces/${traceId}`)).spans).toEqual(spans);
  expect(await other.get('/healthz')).toMatchObject({ spansDropped: 0, spansRepeated: 0 });
});

test('an answer from a cache has the origin span of an earlier request, and the right publish', async () => {
  const made = published(4711, -1000, { mux: 20, upload: 60, manifest: 15 });
  const first = fetched(4711, -900, 80, { 'session.id': 'b' });
  const past = answered(first, 70, 5, linkTo(made[0] as Span));
  const cached = fetched(
    4711,
    -700,
    4000,
    { 'join.grade': 'replayed', 'timing.receive_s': 3.9 },
    { links: linkTo(past, made[0] as Span) },
  );
  const { ask, stood } = await kept([stall(3200, 'network', linkTo(cached)), cached, first, past, ...made]);
  const evidence = await gather(stood, ask);
  expect(verdictOf(evidence).culprit).toBe('network');
  expect(planOf(evidence, false).chapters.map(({ heading }) => heading)).toEqual([
    null,
    'waited for this fetch',
    'the origin’s answer to an earlier request, from a cache',
    'publish of segment 4711',
  ]);
});

test('a freeze has the figures of both sides, cut to its own time', async () => {
  const rtc = { protocol: 'webrtc' };
  const player = connection('player', 'rtp.received.video', { packets: 4800, packets_lost: 200, nacks: 120, plis: 3 });
  const leg = connection('viewer', 'rtp.sent.video', { packets: 5000, packets_lost: 198, nacks: 118, plis: 2 });
  const { ask, stood } = await kept([
    stall(1400, 'webrtc', [], rtc),
    ...player,
    ...leg,
    span('x', 'webrtc.connect', -80_000, 300, {}, { traceId: 'connect' }),
  ]);
  const evidence = await gather(stood, ask);
  const { chapters, from, to, notes } = planOf(evidence, false);
  expect(chapters.at(-1)?.spans.map(({ service }) => service)).toEqual(['web-player', 'sfu']);
  expect(to - from).toBe(2400);
  expect([...notes.values()].map((note) => note.replaceAll('\u00a0', ' '))).toEqual([
    '4 % lost · 120 NACK · 3 PLI',
    '4 % lost · 118 NACK · 2 PLI',
  ]);
});

test('traces that are gone leave the rest', async () => {
  const slow = fetched(4711, -1000, 4100);
  const { ask, stood } = await kept([stall(3200, 'network', linkTo(slow, fetched(4700, -9000, 10)), {}), slow]);
  expect(verdictOf(await gather(stood, ask)).culprit).toBe('network');
});
