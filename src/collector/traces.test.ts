import { expect, test } from 'vitest';
import { readSpans } from './receive/read-spans.ts';
import { id, keyValues, span, tracesBody } from './test-bodies.ts';
import { testCollector } from './test-collector.ts';
import { traces } from './traces.ts';

function ringOf(mostSpans: number, mostBytes = 1e9) {
  const ring = traces(mostSpans, mostBytes);
  const add = (...spans: object[]) => {
    for (const each of readSpans(tracesBody('web-player', spans)).spans) ring.add(each);
  };
  return { ...ring, add };
}

test('links can be followed both ways, whichever end comes first', () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const { add, one } = ringOf(100);
    const made = span(1, 11, { name: 'livestream.segment.publish' });
    const fetched = span(2, 22, {
      name: 'livestream.segment.fetch',
      links: [{ traceId: id(1, 16), spanId: id(11, 8) }],
    });
    for (const at of order) add([made, fetched][at] as object);
    expect(one(id(2, 16))?.linked).toMatchObject([
      {
        direction: 'to',
        traceId: id(1, 16),
        name: 'livestream.segment.publish',
        ofSpanId: id(22, 8),
        durationMs: 3200,
      },
    ]);
    expect(one(id(1, 16))?.linked).toMatchObject([
      { direction: 'from', traceId: id(2, 16), name: 'livestream.segment.fetch', ofSpanId: id(11, 8) },
    ]);
  }
});

test('whole traces leave, oldest first, and nothing of them stays', () => {
  const { add, counts, one, list } = ringOf(10);
  for (let trace = 1; trace <= 100; trace += 1) {
    const links = [{ traceId: id(1, 16), spanId: id(11, 8) }];
    add(span(trace, 1, { links }), span(trace, 2, { parentSpanId: id(1, 8) }), span(trace, 3, { links }));
  }
  expect(counts()).toMatchObject({ spans: 9, traces: 3, links: 1 });
  expect(one(id(97, 16))).toBeUndefined();
  expect(one(id(98, 16))?.spans).toHaveLength(3);
  expect(list({}).traces.map(({ traceId }) => traceId)).toEqual([100, 99, 98].map((each) => id(each, 16)));
  expect(one(id(1, 16))).toBeUndefined();
});

test('the ring is bounded by bytes, and one trace cannot take it all', () => {
  const { add, counts } = ringOf(100_000, 100_000);
  const attributes = keyValues({ note: 'x'.repeat(3000) });
  for (let trace = 1; trace <= 100; trace += 1) add(span(trace, 1, { attributes }));
  expect(counts().bytes).toBeLessThanOrEqual(100_000);
  expect(counts().spans).toBeGreaterThan(20);
  const single = ringOf(50);
  for (let each = 1; each <= 80; each += 1) single.add(span(1, each));
  expect(single.counts()).toMatchObject({ spans: 50, dropped: 30 });
});

test('traces are found by stream, session, name and error, by their root', async () => {
  const { traces: send, get } = await testCollector();
  const of = (session: string, stream: string) => ({
    attributes: keyValues({ 'session.id': session, 'stream.id': stream }),
  });
  await send(
    tracesBody('web-player', [
      span(1, 2, {
        ...of('a', 'demo'),
        parentSpanId: id(1, 8),
        name: 'livestream.segment.fetch',
        status: { code: 2, message: 'timeout' },
      }),
      span(1, 1, { ...of('a', 'demo'), name: 'livestream.player.startup' }),
    ]),
  );
  await send(tracesBody('web-player', [span(2, 1, of('b', 'other'))]));
  await send(tracesBody('web-player', [span(2, 1, of('b', 'other'))]));
  const ids = async (query: string) =>
    (await get(`/api/traces?${query}`)).traces.map(({ traceId }: { traceId: string }) => Number.parseInt(traceId, 16));
  expect(await ids('')).toEqual([2, 1]);
  expect(await ids('limit=1')).toEqual([2]);
  expect(await ids('error=1')).toEqual([1]);
  expect(await ids('stream=demo')).toEqual([1]);
  expect(await ids('session=b')).toEqual([2]);
  expect(await ids('name=livestream.segment.fetch')).toEqual([1]);
  expect((await get('/api/traces?session=a')).traces[0]).toMatchObject({
    ...{ name: 'livestream.player.startup', service: 'web-player', spans: 2, error: true, durationMs: 3200 },
    ...{ streamId: 'demo', sessionId: 'a', startedAt: 1_700_000_000_000 },
  });
  expect((await get(`/api/traces/${id(1, 16)}`)).spans[0].status).toBe('error');
  expect(await get('/healthz')).toMatchObject({ spans: 3, spansRepeated: 1 });
});
