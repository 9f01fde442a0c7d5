import { expect, test } from 'vitest';
import { id, keyValues, span, tracesBody } from './test-bodies.ts';
import { testCollector, testStart } from './test-collector.ts';

const nanos = (ms: number) => `${ms}000000`;

function fetched(at: number, attributes: Record<string, string | number>, name = 'livestream.segment.fetch') {
  const seconds = Math.round((at - testStart) / 1000) + 1;
  return span(seconds, seconds, {
    name,
    startTimeUnixNano: nanos(at),
    endTimeUnixNano: nanos(at + 500),
    attributes: keyValues(attributes),
  });
}

test('spans are found by session, stream, name, segment and window, in the order of time', async () => {
  const { traces, get } = await testCollector();
  const of = { 'session.id': 'a', 'stream.id': 'demo' };
  await traces(
    tracesBody('web-player', [
      fetched(testStart + 9000, { ...of, 'segment.sequence': 9 }),
      fetched(testStart + 1000, { ...of, 'segment.sequence': 1 }),
      fetched(testStart + 5000, of, 'livestream.manifest.fetch'),
      fetched(testStart + 6000, { ...of, 'session.id': 'b', 'segment.sequence': 9 }),
      fetched(testStart + 7000, { ...of, 'stream.id': 'other', 'session.id': 'c' }),
    ]),
  );
  const seconds = async (query: string) => {
    const { spans, matched } = await get(`/api/spans?${query}`);
    return [matched, ...spans.map(({ startedAt }: { startedAt: number }) => (startedAt - testStart) / 1000)];
  };
  expect(await seconds('session=a')).toEqual([3, 1, 5, 9]);
  expect(await seconds('stream=other')).toEqual([1, 7]);
  expect(await seconds('stream=demo&sequence=9')).toEqual([2, 6, 9]);
  expect(await seconds('name=livestream.manifest.fetch')).toEqual([1, 5]);
  // What began before the window and reaches into it belongs to it.
  expect(await seconds(`from=${testStart + 1400}&to=${testStart + 6000}`)).toEqual([3, 1, 5, 6]);
  expect(await seconds('limit=2')).toEqual([5, 6, 7]);
  const [first] = (await get('/api/spans?session=b')).spans;
  expect(first).toEqual((await get(`/api/traces/${first.traceId}`)).spans[0]);
  expect(first).toMatchObject({ traceId: id(7, 16), service: 'web-player', links: [], events: [] });
});

test.each(['from=yesterday', 'sequence=x', 'limit=1001', 'limit=0'])('a wrong query is refused: %s', async (query) => {
  const { url } = await testCollector();
  const answer = await fetch(`${url}/api/spans?${query}`);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(/^\w+: expected a number.*, received /);
});

test('fetches are counted by how they were joined', async () => {
  const { traces, get } = await testCollector();
  const grades = ['own', 'own', 'replayed', 'none', 'nonsense', undefined];
  await traces(
    tracesBody(
      'web-player',
      grades.map((grade, i) =>
        fetched(testStart + i * 1000, {
          'stream.id': i === 0 ? 'other' : 'demo',
          ...(grade && { 'join.grade': grade }),
        }),
      ),
    ),
  );
  expect(await get('/api/joins')).toEqual({ fetches: 4, grades: { own: 2, replayed: 1, collapsed: 0, none: 1 } });
  expect((await get('/api/joins?stream=demo')).grades.own).toBe(1);
});
