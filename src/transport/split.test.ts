import { expect, test } from 'vitest';
import { split } from './split.ts';

const text = (body: Uint8Array) => new TextDecoder().decode(body);

const spans = (count: number, name = 'livestream.segment.fetch') =>
  Array.from({ length: count }, (_, index) => ({ spanId: `${index}`, name }));

const request = (list: unknown[]) => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'session.id', value: { stringValue: 's' } }] },
      scopeSpans: [{ scope: { name: 'playscope' }, spans: list, schemaUrl: 'u' }],
    },
  ],
});

test('a body within the limit stays as it is, byte for byte', () => {
  const body = '{ "resourceSpans": [] }';
  expect(split(body, 100).bodies.map(text)).toEqual([body]);
});

test('spans are cut into bodies within the limit, in order, each with resource and scope', () => {
  const all = spans(500);
  const { bodies, tooLarge } = split(JSON.stringify(request(all)), 4096);
  expect(tooLarge).toBe(0);
  expect(Math.max(...bodies.map((body) => body.length))).toBeLessThanOrEqual(4096);
  const parts = bodies.map((body) => JSON.parse(text(body)) as ReturnType<typeof request>);
  expect(parts.flatMap((part) => part.resourceSpans[0]?.scopeSpans[0]?.spans)).toEqual(all);
  for (const part of parts) expect(part).toEqual(request(part.resourceSpans[0]?.scopeSpans[0]?.spans ?? []));
});

test('metrics of several resources and scopes keep theirs', () => {
  const metric = (name: string) => ({ name, sum: { dataPoints: [{ asInt: 1 }] } });
  const scope = (name: string) => ({ scope: { name }, metrics: [metric(`${name}1`), metric(`${name}2`)] });
  const body = {
    resourceMetrics: [
      { resource: { r: 1 }, scopeMetrics: [scope('a'), scope('b')] },
      { resource: { r: 2 }, scopeMetrics: [scope('c')] },
    ],
  };
  const { bodies } = split(JSON.stringify(body), 170);
  const seen = bodies.flatMap((part) => {
    const [only] = (JSON.parse(text(part)) as typeof body).resourceMetrics;
    return only?.scopeMetrics.flatMap((s) => s.metrics.map((m) => [only.resource.r, s.scope.name, m.name]));
  });
  expect(seen).toEqual([
    [1, 'a', 'a1'],
    [1, 'a', 'a2'],
    [1, 'b', 'b1'],
    [1, 'b', 'b2'],
    [2, 'c', 'c1'],
    [2, 'c', 'c2'],
  ]);
});

test('the limit counts bytes, not characters', () => {
  const body = JSON.stringify(request(spans(4, '直播'.repeat(100))));
  const { bodies } = split(body, 1500);
  expect(body.length).toBeLessThan(1500);
  expect(bodies.length).toBeGreaterThan(1);
});

test('one span above the limit is left out and counted, its neighbours stay', () => {
  const list = [...spans(2), { spanId: 'big', name: 'x'.repeat(5000) }, ...spans(2)];
  const { bodies, tooLarge } = split(JSON.stringify(request(list)), 1000);
  expect(tooLarge).toBe(1);
  expect(
    bodies
      .map(text)
      .join('')
      .match(/spanId/g),
  ).toHaveLength(4);
  expect(bodies.map(text).join('')).not.toContain('big');
});

test.each([
  'not json'.repeat(20),
  JSON.stringify({ a: 'x'.repeat(100) }),
  `[${'1,'.repeat(60)}1]`,
])('what is not OTLP counts as one: %.20s', (body) => expect(split(body, 50)).toEqual({ bodies: [], tooLarge: 1 }));
